//go:build tools

// Package compose pins the reader of Compose files that check-compose.sh builds: the one inside Docker Compose.
package compose

import _ "github.com/compose-spec/compose-go/v2/cmd"

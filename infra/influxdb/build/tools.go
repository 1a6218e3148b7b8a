//go:build tools

// Package build pins what infra/native/install.sh builds InfluxDB from.
package build

import (
	_ "github.com/influxdata/influxdb/v2/cmd/influxd"
	_ "github.com/influxdata/pkg-config"
)

import { Command } from "commander";
import { addDevice, changeDevice, retireDevice } from "./devices-change.ts";
import { listDevices } from "./devices-list.ts";
import { adoptDevice, listUnknownDevices } from "./devices-unknown.ts";

/** `kota devices`: the registry of the running kota. */
export function devicesCommand(): Command {
  const devices = new Command("devices").description(
    "The registry of the running kota: devices.csv, and over it what was decided since. Changes need KOTA_ADMIN_TOKEN.",
  );
  const reading = (name: string, text: string) =>
    devices
      .command(name)
      .description(text)
      .option("--json", "as JSON")
      .option("--url <url>", "a running kota (default: KOTA_API_URL, else that of the settings)");
  reading("list", "Devices that are registered or were seen.")
    .option("--kind <kind>", "only of this kind")
    .option("--area <id>", "only of this area")
    .action(listDevices);
  reading("unknown", "Devices that send and are not registered, the one that sends most first.").action(
    listUnknownDevices,
  );
  described(
    reading("adopt", "Register an unknown device, and replay its rejected messages.").argument(
      "<id>",
      "the id that it has in its messages",
    ),
  )
    .option("--as <id>", "its id in the registry (default: as 'kota devices unknown' suggests)")
    .option("--adapter <id>", "needed when several adapters know a device of this id")
    .action(adoptDevice);
  described(reading("add", "Register a device.").argument("<id>", "its id"))
    .option("--adapter <id>", "only this adapter may speak for it")
    .option("--native-id <id>", "the id that it has in its messages, if that is another")
    .option("--origin <origin>", "live, recorded or simulated")
    .option("--moves", "it says itself where it is, and is there")
    .action(addDevice);
  described(
    reading("change", "Change a registered device; what is not given stays.").argument("<id>", "its id"),
  )
    .option("--adapter <id>", "only this adapter may speak for it; '' for any")
    .option("--native-id <id>", "the id that it has in its messages; '' for its own")
    .option("--origin <origin>", "live, recorded or simulated")
    .option("--moves", "it says itself where it is, and is there")
    .option("--no-moves", "it stays where the registry has it")
    .action(changeDevice);
  reading("retire", "Take a device out of the registry; its readings stay.")
    .argument("<id>", "its id")
    .action(retireDevice);
  return devices;
}

/** Options that say what a device is. */
function described(command: Command): Command {
  return command
    .option("--name <text>", "what people call it")
    .option("--kind <kind>", "bin, meter, air, noise, weather …")
    .option("--area <id>", "an area of the city")
    .option("--lat <degrees>", "latitude, WGS 84")
    .option("--lon <degrees>", "longitude, WGS 84")
    .option("--codec <name>", "the codec in the city's folder that reads its bytes; '' for none")
    .option("--attribution <text>", "publisher and licence");
}

/** The server moves a task's output out of reach of its own restart from 3 MiB on; a record holds more than one payload. */
export const maxPayloadBytes = 1024 * 1024;

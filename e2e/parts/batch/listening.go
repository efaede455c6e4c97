package batch

import (
	"os"
	"slices"
	"strings"
)

// listening reports whether something listens in the process's network: a TCP socket in the
// state LISTEN, or a UDP one that is not connected.
func listening() bool {
	for _, protocol := range []string{"tcp", "tcp6", "udp", "udp6"} {
		sockets, err := os.ReadFile("/proc/thread-self/net/" + protocol)
		if err != nil {
			return true
		}
		for socket := range strings.Lines(string(sockets)) {
			if fields := strings.Fields(socket); len(fields) > 3 && slices.Contains([]string{"0A", "07"}, fields[3]) {
				return true
			}
		}
	}
	return false
}

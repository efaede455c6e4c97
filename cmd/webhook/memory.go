package main

import (
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/go-logr/logr"
)

// unlimited is less than what version 1 of cgroups calls no limit, and more than any machine has.
const unlimited = 1 << 60

// limitMemory has the garbage collector keep the heap below three quarters of what the
// container may hold: the rest is for the pages of the program file, and for connections. The
// environment variable GOMEMLIMIT takes precedence.
func limitMemory(logger logr.Logger) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	membership, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return // there are no cgroups
	}
	limit := memoryLimit(string(membership), func(file string) (string, error) {
		text, err := os.ReadFile(path.Join("/sys/fs/cgroup", file))
		return string(text), err
	})
	if limit < unlimited {
		debug.SetMemoryLimit(limit / 4 * 3)
		logger.Info("The heap is kept below three quarters of the container's memory", "limit", limit)
	}
}

// memoryLimit returns the lowest limit of the cgroups that a process is a member of, which is
// written as in /proc/PID/cgroup. In a container, where the path of the cgroup may lead nowhere,
// the root is that of the container.
func memoryLimit(membership string, read func(file string) (string, error)) int64 {
	limit := int64(math.MaxInt64)
	for line := range strings.Lines(membership) {
		// id:controllers:path, such as "4:memory:/"; version 2 is "0::/".
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) < 3 {
			continue
		}
		root, file := "", "memory.max"
		switch fields[1] {
		case "":
		case "memory":
			root, file = "memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for dir := path.Join("/", fields[2]); ; dir = path.Dir(dir) {
			text, err := read(path.Join(root, dir, file))
			if err == nil {
				if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil { // or it is "max"
					limit = min(limit, n)
				}
			}
			if dir == "/" {
				break
			}
		}
	}
	return limit
}

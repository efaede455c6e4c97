package main

import (
	"io/fs"
	"math"
	"testing"
)

func TestMemoryLimitIsThatOfTheContainer(t *testing.T) {
	t.Parallel()
	const v1, v2 = "5:cpu,cpuacct:/pod/c\n4:memory:/pod/c\n0::/\n", "0::/pod/c\n"
	for _, test := range []struct {
		name, membership string
		files            map[string]string
		want             int64
	}{
		{"version 2", v2, map[string]string{"/pod/c/memory.max": "268435456\n"}, 256 << 20},
		{"version 2 in a container", "0::/\n", map[string]string{"/memory.max": "268435456\n"}, 256 << 20},
		{"the path of the node in a container", v2, map[string]string{"/memory.max": "268435456\n"}, 256 << 20},
		{"the pod has less than the container", v2, map[string]string{"/pod/c/memory.max": "268435456\n", "/pod/memory.max": "134217728\n"}, 128 << 20},
		{"no limit", v2, map[string]string{"/pod/c/memory.max": "max\n"}, math.MaxInt64},
		{"version 1", v1, map[string]string{"memory/pod/c/memory.limit_in_bytes": "268435456\n"}, 256 << 20},
		{"version 1 in a container", v1, map[string]string{"memory/memory.limit_in_bytes": "268435456\n"}, 256 << 20},
		{"version 1 without a limit", v1, map[string]string{"memory/pod/c/memory.limit_in_bytes": "9223372036854771712\n"}, 9223372036854771712},
		{"nothing that can be read", v2, nil, math.MaxInt64},
		{"nothing that makes sense", "x\n\n4:memory\n", nil, math.MaxInt64},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := memoryLimit(test.membership, func(file string) (string, error) {
				if text, found := test.files[file]; found {
					return text, nil
				}
				return "", fs.ErrNotExist
			})
			if got != test.want {
				t.Errorf("the limit is %d, want %d", got, test.want)
			}
		})
	}
}

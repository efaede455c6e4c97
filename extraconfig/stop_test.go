package extraconfig_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A counter counts how often it is asked whether to stop, and says so from the limit on.
type counter struct {
	asked atomic.Int64
	limit int64
}

func (c *counter) stop() bool {
	asked := c.asked.Add(1)
	return c.limit > 0 && asked >= c.limit
}

// TestVerdictsCanBeStopped stops the verdict of each kind of large text at its start, in its
// middle and at its end.
func TestVerdictsCanBeStopped(t *testing.T) {
	t.Parallel()
	const n = 5_000
	for name, text := range map[string]string{
		"server blocks":                   strings.Repeat("a {\n log\n}\n", n),
		"zones":                           manyZones(n) + "{\n log\n}\n",
		"uses of plugins":                 "a.org {\n" + strings.Repeat(" log\n", n) + "}\n",
		"uses of a snippet":               "(s) {\n log\n}\na.org {\n" + strings.Repeat(" import s\n", n) + "}\n",
		"unknown plugins":                 "a.org {\n" + strings.Repeat(" lgo\n", n) + "}\n",
		"server blocks and a brace short": strings.Repeat("a {\n log\n}\n", n) + "a {\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := extraconfig.ConfigMap{Data: corefileKey(text)}
			cluster := metakube(t)
			whole := cluster.Check(extraconfig.Name, config)
			var count counter
			cluster.Stop = count.stop
			if got := cluster.Check(extraconfig.Name, config); !slices.Equal(got, whole) {
				t.Errorf("with time enough:\n%v\nwant\n%v", got, whole)
			}
			all := count.asked.Load()
			if all < n {
				t.Errorf("asked %d times whether to stop, want %d at least", all, n)
			}
			for _, limit := range []int64{1, 2, all / 3, all / 2, all - 1, all} {
				count := counter{limit: limit}
				cluster.Stop = count.stop
				got := cluster.Check(extraconfig.Name, config)
				if len(got) != 1 || got[0].Rule != corefile.RuleTooLarge || got[0].Severity != corefile.Error || got[0].File != "" {
					t.Errorf("stopped at %d of %d: %v", limit, all, got)
				}
				// Both servers may ask at the same time.
				if asked := count.asked.Load(); asked < limit || asked > limit+1 {
					t.Errorf("stopped at %d of %d and asked until %d", limit, all, asked)
				}
			}
		})
	}
}

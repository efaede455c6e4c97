package extraconfig

import (
	"slices"
	"time"

	"corewarden/corefile"
)

// mountDelay is how long the kubelet takes at most to bring a changed ConfigMap into the pods
// that run: it looks every minute, and up to half of that later.
const mountDelay = 90 * time.Second

// Reloads returns the names of the workloads whose pods load changed content by themselves, by
// the plugin reload, and how long that takes at most. Known is false where some server's own
// Corefile, where the plugin may be, is not known.
func (k Cluster) Reloads() (workloads []string, within time.Duration, known bool) {
	j := judge{cluster: k, name: Name, value: k.ConfigMaps[Name], sources: &corefile.Sources{Foreign: k.Sources}}
	known = true
	for _, l := range k.loadings() {
		if !slices.Contains(l.configMaps(), Name) {
			continue
		}
		l.judged = Name
		s := j.subject(l)
		if s.conf.Main.Name == standInName {
			known = false
			continue
		}
		if interval := reloadInterval(s.blocks); interval > 0 {
			workloads = append(workloads, l.server.Workload)
			within = max(within, mountDelay+interval)
		}
	}
	return workloads, within, known
}

// reloadInterval returns how much time lies between two looks at the files: the longest of
// several uses of the plugin, of which the last counts, with its jitter; 0 without any.
func reloadInterval(blocks []corefile.Block) time.Duration {
	longest := time.Duration(0)
	for i := range blocks {
		for _, d := range blocks[i].Plugins() {
			if d.Name() != "reload" {
				continue
			}
			interval, jitter := 30*time.Second, 15*time.Second // as CoreDNS has it
			for place, value := range []*time.Duration{&interval, &jitter} {
				if len(d.Tokens) > place+1 {
					if given, err := time.ParseDuration(d.Tokens[place+1].Text); err == nil {
						*value = given
					}
				}
			}
			longest = max(longest, interval+min(jitter, interval/2)/2)
		}
	}
	return longest
}

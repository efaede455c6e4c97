package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// sample stands for content where none is stored, to see what the servers would load.
var sample = extraconfig.ConfigMap{Data: map[string]string{probeKey: rightText}}

// notLoading are the rules that tell that a server loads nothing, or that what it starts on
// is not known or broken.
var notLoading = []string{extraconfig.RuleNotLoaded, extraconfig.RuleMissingBase, extraconfig.RuleBrokenBase}

var configMapLoaded = check{
	id:    "loaded",
	title: "the DNS servers load the ConfigMap " + extraconfig.Name,
	look: func(_ context.Context, i *installation) outcome {
		if i.dns.err != nil {
			return unreadable("the DNS workloads", i.dns.err, outcome{})
		}
		k := i.dns.value
		if len(k.Workloads) == 0 {
			return skipped("there is neither Deployment coredns nor DaemonSet node-local-dns")
		}
		var out outcome
		var load []string
		problems := k.Check(extraconfig.Name, sample)
		for _, w := range k.Workloads {
			at := slices.IndexFunc(problems, func(p corefile.Problem) bool {
				return slices.Contains(notLoading, p.Rule) && strings.Contains(p.Server, serverOf(k, w.Name))
			})
			if at < 0 {
				load = append(load, w.Name)
				continue
			}
			out.warn(fmt.Sprintf("%s: %s", w, problems[at].Message), "docs/rules.md, "+problems[at].Rule)
		}
		if len(load) == 0 {
			for n := range out.findings {
				out.findings[n].Status = Failed // whatever is written has no effect
			}
		}
		out.detail = strings.Join(load, ", ")
		return out
	},
}

// serverOf returns what problems call the server of a workload.
func serverOf(k *extraconfig.Cluster, workload string) string {
	for _, w := range k.Workloads {
		if r, found := w.Release(); found && w.Name == workload {
			return extraconfig.Server{Workload: w.Name, Release: r}.String()
		}
	}
	return workload
}

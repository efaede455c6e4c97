package doctor

import (
	"context"
	"fmt"
	"strings"
)

var releasesKnown = check{
	id:    "releases",
	title: "the images of the DNS servers are releases that this version knows",
	look: func(_ context.Context, i *installation) outcome {
		if i.dns.err != nil {
			return unreadable("the DNS workloads", i.dns.err, outcome{})
		}
		var out outcome
		var names []string
		for _, w := range i.dns.value.Workloads {
			r, found := w.Release()
			switch {
			case !found:
				out.warn(fmt.Sprintf("%s has no image", w), "kubectl describe "+strings.ToLower(w.Kind)+" "+w.Name+" --namespace=kube-system")
			case r.Note != "":
				out.warn(fmt.Sprintf("%s: %s", w, r.Note), "upgrade Corewarden; until then what is new in that release may be rejected")
			default:
				names = append(names, r.Name)
			}
		}
		if len(i.dns.value.Workloads) == 0 {
			return skipped("there is neither Deployment coredns nor DaemonSet node-local-dns")
		}
		out.detail = strings.Join(names, ", ")
		return out
	},
}

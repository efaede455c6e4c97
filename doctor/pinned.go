package doctor

import (
	"context"
	"fmt"
	"strings"
)

// pinningWebhook is the name of the webhook that points pods at copies.
const pinningWebhook = "pods.corewarden.io"

var podsPinned = check{
	id:    "pods-pinned",
	title: "the pods of the DNS servers mount what -content says",
	look: func(_ context.Context, i *installation) outcome {
		if !i.policy().Pinned {
			return fine("shared")
		}
		if i.dns.err != nil {
			return unreadable("the DNS workloads", i.dns.err, outcome{})
		}
		if i.stages.err != nil {
			return unreadable("the pods of the DNS workloads", i.stages.err, outcome{})
		}
		var out outcome
		var mounted []string
		for _, s := range i.stages.value {
			if s.Unpinned > 0 {
				out.warn(fmt.Sprintf("%d of the pods of %s %s mount a ConfigMap itself, whatever it holds, though there is a copy for their stamp", s.Unpinned, s.Kind, s.Name),
					fmt.Sprintf("Corewarden replaces them one at a time. Where it does not: kubectl describe %s %s --namespace=kube-system", strings.ToLower(s.Kind), s.Name))
			}
			for _, m := range s.Mounts {
				mounted = append(mounted, fmt.Sprintf("%s %s in %d", s.Name, m.ConfigMap, m.Pods))
			}
		}
		out.detail = "pinned: " + strings.Join(mounted, ", ")
		return out
	},
}

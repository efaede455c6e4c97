package doctor

import (
	"context"
	"fmt"
	"strings"
)

var contentRolledOut = check{
	id:    "rolled-out",
	title: "what is stored is rolled out, or on its way",
	look: func(_ context.Context, i *installation) outcome {
		if i.dns.err != nil {
			return unreadable("the DNS workloads", i.dns.err, outcome{})
		}
		if i.stages.err != nil {
			return unreadable("the pods of the DNS workloads", i.stages.err, outcome{})
		}
		var out outcome
		var phases []string
		for _, s := range i.stages.value {
			if s.Phase == "held" {
				out.fail(fmt.Sprintf("%s %s is held (%s): %s", s.Kind, s.Name, s.Reason, s.Why), s.Remedy)
				continue
			}
			phases = append(phases, s.Name+" "+s.Phase)
		}
		out.detail = strings.Join(phases, ", ")
		return out
	},
}

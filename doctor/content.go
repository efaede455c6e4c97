package doctor

import (
	"context"
	"fmt"
	"slices"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

var contentStarts = check{
	id:    "content",
	title: "the DNS servers start on what is stored",
	look: func(_ context.Context, i *installation) outcome {
		if i.dns.err != nil {
			return unreadable("what the DNS servers load", i.dns.err, outcome{})
		}
		var out outcome
		stored := 0
		for _, name := range extraconfig.Bundles() {
			if why, unknown := i.dns.value.Unknown[name]; unknown {
				out.add(Skipped, fmt.Sprintf("ConfigMap %s: %s", name, why), "")
			}
			value, found := i.dns.value.ConfigMaps[name]
			if !found {
				continue
			}
			stored++
			problems := slices.DeleteFunc(i.dns.value.Check(name, value), func(p corefile.Problem) bool { return p.Severity != corefile.Error })
			for n, p := range problems {
				if n == shown {
					out.fail(fmt.Sprintf("%d more errors in ConfigMap %s", len(problems)-shown, name), "kubectl corewarden status")
					break
				}
				out.fail(fmt.Sprintf("ConfigMap %s, %s stops %s when its pods restart: %s (%s)", name, place(value, p), p.Server, p.Message, p.Rule),
					"fix it; docs/rules.md, "+p.Rule)
			}
		}
		if stored == 0 && len(out.findings) == 0 {
			return fine("nothing is stored")
		}
		return out
	},
}

func place(value extraconfig.ConfigMap, p corefile.Problem) string {
	if p.File == "" {
		return "as a whole,"
	}
	if p.Line == 0 {
		return value.Field(p.File)
	}
	return fmt.Sprintf("%s line %d", value.Field(p.File), p.Line)
}

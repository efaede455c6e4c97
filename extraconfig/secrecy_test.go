package extraconfig_test

import (
	"fmt"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// TestOthersAreNotQuoted holds that a verdict does not tell what the server's own Corefile says,
// nor what another ConfigMap does: whoever reaches the port can ask for one.
func TestOthersAreNotQuoted(t *testing.T) {
	t.Parallel()
	const (
		block     = "sesame.example:1053 {\n log sesame.example sesame\n errors\n}\n"
		importing = "import /etc/coredns/extra-configs/*Corefile\n"
	)
	bases := map[string]string{
		"first": importing + block, "last": block + importing,
		"a snippet":       "(sesame) {\n log sesame.example\n}\n" + importing + block,
		"a broken block":  importing + "sesame.example {\n sesame sesame\n}\n",
		"a broken plugin": importing + "sesame.example {\n cache sesame sesame {\n  sesame\n }\n}\n",
		"an open block":   importing + "sesame.example {\n log\n",
		"a comma":         "sesame.example,\n" + importing,
		"not a zone":      importing + "sesame..example {\n}\n",
	}
	texts := []string{
		"", "a.org {\n log\n}\n", "a.org {\n forwrad\n}\n", "a.org {\n log\n", "a.org", "a.org,", "a.org,\n", "}", "{", "log\n}\n", "log\n}\nb.org {\n log\n",
		"a.org {\n hosts {\n", "import nowhere\n", "import *\n", "(sesam) {\n}\n", "(s) {\n log\n}\na.org {\n import sesamf\n}\n", "log", "errors\n", "cache {\n", "log {\n}\nerrors\n",
		"a.org {\n log \"", "a.org b.org {\n}\n.:1053 {\n}\n", "org {\n}\n", ". {\n}\n", "example:1053 {\n bind 127.0.0.1\n}\n",
	}
	for where, base := range bases {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				k := onlyCoreDNS(t, base)
				k.Sources = nil
				for _, p := range k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}) {
					if said := fmt.Sprint(p.Message, p.Suggestion); strings.Contains(said, "sesame") {
						t.Errorf("to %q it says %s: %s", text, p.Rule, said)
					}
				}
			}
		})
	}
}

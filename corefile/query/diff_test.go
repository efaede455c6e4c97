package query_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
)

// TestDiff shows which names change with a Corefile, with "*" for any other label.
func TestDiff(t *testing.T) {
	t.Parallel()
	const base = ". {\n forward . 192.0.2.1\n}\n"
	for _, test := range []struct {
		name, before, after string
		want                []string
	}{
		{"nothing", base, base, nil},
		{"a comment and another order", ". {\n errors\n forward . 192.0.2.1\n}\n", ". {\n # here\n forward . 192.0.2.1\n errors\n}\n", nil},
		{"a new zone", base, base + "a.org {\n forward . 192.0.2.2\n}\n", []string{"a.org. *.a.org.: forward; 192.0.2.1 -> forward; 192.0.2.2"}},
		{"everything", base, strings.ReplaceAll(base, "192.0.2.1", "192.0.2.2"), []string{". *.: forward; 192.0.2.1 -> forward; 192.0.2.2"}},
		{"an entry", "a.org {\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "a.org {\n forward . 192.0.2.1\n}\n", []string{
			"www.a.org. A: answer; www.a.org. 3600 IN A 192.0.2.1 -> forward; 192.0.2.1",
			"www.a.org. MX TXT AAAA SRV: nodata -> forward; 192.0.2.1",
		}},
		{"fallthrough", "a.org {\n hosts {\n  192.0.2.1 www.a.org\n }\n whoami\n}\n", "a.org {\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n whoami\n}\n", []string{
			"a.org. A MX TXT AAAA SRV *.a.org. A MX TXT AAAA SRV: servfail -> answer",
		}},
		{"a type", base, ". {\n template ANY HTTPS {\n  rcode NOERROR\n }\n forward . 192.0.2.1\n}\n", []string{". HTTPS *. HTTPS: forward; 192.0.2.1 -> nodata"}},
		{"a rewrite", base, ". {\n rewrite name suffix .a.org .b.org\n forward b.org 192.0.2.2\n forward . 192.0.2.1\n}\n", []string{
			"*.a.org. b.org. *.b.org.: forward; 192.0.2.1 -> forward; 192.0.2.2",
		}},
		{"names of a regular expression", base, ". {\n template IN A {\n  match ^(web|app)[0-9]+[.]a[.]org[.]$\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", []string{
			"web0.a.org. A: forward; 192.0.2.1 -> nxdomain",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, after := server(t, "1.15.0", test.before), server(t, "1.15.0", test.after)
			changes, _ := query.Diff(query.System{before}, query.System{after}, before, after)
			var got []string
			for _, c := range changes {
				got = append(got, changed(c))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("changes:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// changed is a change in one line.
func changed(c query.Change) string {
	var words []string
	for _, n := range c.Names {
		words = append(words, strings.ReplaceAll(n.Name, query.Fresh, "*"))
		if !n.AllTypes {
			for _, typ := range n.Types {
				words = append(words, dns.Type(typ).String())
			}
		}
	}
	return strings.Join(words, " ") + ": " + end(c.Before.End) + " -> " + end(c.After.End)
}

func TestDiffTellsOfRegularExpressions(t *testing.T) {
	t.Parallel()
	s := server(t, "1.15.0", ". {\n rewrite name regex (.*)[.]a[.]org[.] {1}.b.org\n whoami\n}\n")
	_, unsure := query.Diff(query.System{s}, query.System{s}, s, s)
	if len(unsure) == 0 || unsure[0].Line() != 2 {
		t.Errorf("unsure of %v, want the rule on line 2", unsure)
	}
}

package query_test

import (
	"testing"

	"corewarden/corefile/query"
)

// TestZoneFiles is about zone files that are known, as keys of a ConfigMap are.
func TestZoneFiles(t *testing.T) {
	t.Parallel()
	const zone = "$TTL 300\n@ SOA ns h 1 2 3 4 60\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\nalias CNAME www\nout CNAME www.b.org.\nx.b A 192.0.2.3\nsub NS ns.sub\n*.wild A 192.0.2.4\n" +
		"deep.ent.wild A 192.0.2.5\n*.alias CNAME www\nx.*.star A 192.0.2.6\nold DNAME b\nself DNAME self\nloop CNAME loop\n"
	for _, test := range []struct{ name, question, want string }{
		{"a record", "A WWW.a.org", "answer; www.a.org. 300 IN A 192.0.2.2"},
		{"another type", "AAAA www.a.org", "nodata"},
		{"no such name", "A x.a.org", "nxdomain"},
		{"between names", "A b.a.org", "nodata"},
		{"the zone itself", "NS a.org", "answer; a.org. 300 IN NS ns.a.org."},
		{"an alias", "A alias.a.org", "answer; alias.a.org. 300 IN CNAME www.a.org.; www.a.org. 300 IN A 192.0.2.2"},
		{"name servers of an alias", "NS alias.a.org", "depends"},
		{"the alias", "CNAME alias.a.org", "answer; alias.a.org. 300 IN CNAME www.a.org."},
		{"an alias of another zone", "A out.a.org", "answer; out.a.org. 300 IN CNAME www.b.org."},
		{"a delegation", "A x.sub.a.org", "nodata"},
		{"a wildcard", "A x.wild.a.org", "answer; x.wild.a.org. 300 IN A 192.0.2.4"},
		{"a wildcard, and more labels", "A y.x.wild.a.org", "answer; y.x.wild.a.org. 300 IN A 192.0.2.4"},
		{"another type of a wildcard", "AAAA x.wild.a.org", "nodata"},
		{"below a name without records", "A x.ent.wild.a.org", "nxdomain"},
		{"a wildcard without records", "A x.star.a.org", "nodata"},
		{"a wildcard that is an alias", "A x.alias.a.org", "answer; x.alias.a.org. 300 IN CNAME www.a.org.; www.a.org. 300 IN A 192.0.2.2"},
		{"an alias of a tree", "A x.old.a.org", "answer; old.a.org. 300 IN DNAME b.a.org.; x.old.a.org. 300 IN CNAME x.b.a.org.; x.b.a.org. 300 IN A 192.0.2.3"},
		{"an alias of a tree, and a name that is not there", "A y.old.a.org", "nxdomain; old.a.org. 300 IN DNAME b.a.org.; y.old.a.org. 300 IN CNAME y.b.a.org."},
		{"the alias of a tree itself", "A old.a.org", "nodata"},
		{"an alias of a tree to itself", "A x.self.a.org", "depends"},
		{"an alias of itself", "A loop.a.org", "depends"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := server(t, "1.15.0", "a.org {\n file db.a.org\n}\n")
			s.File = func(path string) (string, bool) { return zone, path == "db.a.org" }
			r := query.System{s}.Ask(s, question(t, test.question))
			if got := end(r.End); got != test.want {
				t.Errorf("%s ends with %q, want %q; steps:\n%s", test.question, got, test.want, steps(r))
			}
		})
	}
}

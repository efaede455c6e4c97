package plugin_test

import "testing"

func TestFile(t *testing.T) {
	t.Parallel()
	runExamples(t, "file", []example{
		{text: "file db.example.org", want: "warning 1:6 pod-file"},
		{text: "file db.example.org example.org a..b", want: "warning 1:33 silent-zone; warning 1:6 pod-file"},
		{text: "file db.example.org {\nreload 30s\nreload_by_mtime\nfallthrough example.org\n}", want: "warning 1:6 pod-file"},
		{text: "file", want: "1:1 wrong-arguments"},
		{text: "file db.example.org {\nreload\n}", want: "2:1 wrong-arguments; warning 1:6 pod-file"},
		{text: "file db.example.org {\nreload 60\n}", want: "2:8 invalid-value; warning 1:6 pod-file"},
		{text: "file db.example.org {\nreload -1s\n}", want: "2:8 invalid-value"},
		{text: "file db.example.org {\nreload -1s\n}\nfile db.example.org {\nreload 1s\n}", want: "warning 1:6 pod-file; warning 4:6 pod-file"},
		{text: "file db.example.org {\nreload 0\n}", want: "warning 1:6 pod-file"},
		{text: "file \"\" {\nreload 0\n}", want: "1:6 invalid-value"},
		{text: "file \"\" \"\" {\nreload 0\n}", want: "warning 1:9 silent-zone"},
		{text: "file db.example.org {\nreload 1m 2m\n}", want: "warning 2:11 ignored-text; warning 1:6 pod-file"},
		{text: "file db.example.org {\ntransfer to *\n}", want: "2:1 unknown-property; warning 1:6 pod-file"},
		{text: "file db.example.org {\nupstream\n}", want: "warning 2:1 ignored-text; warning 1:6 pod-file"},
		{text: "file db.example.org {\nfallthrough\n}", want: "2:1 unavailable-property; warning 1:6 pod-file", coredns: "1.12.1"},
		{text: "file db.example.org {\nreload_by_mtime\n}", want: "2:1 unavailable-property; warning 1:6 pod-file", coredns: "1.14.3"},
		{text: "file db.a a.example.org\nfile db.b b.example.org", want: "warning 1:6 pod-file; warning 2:6 pod-file"},
	})
}

// TestZoneFiles is about zone files that are read, as their content is known.
func TestZoneFiles(t *testing.T) {
	t.Parallel()
	const soa = "@ 60 IN SOA ns.example.org. a.example.org. 1 1 1 1 1\n"
	for _, test := range []struct{ name, db, coredns, want string }{
		{"a good one", "$ORIGIN example.org.\n" + soa + "a 60 IN A 192.0.2.1\n", "", ""},
		{"an SOA without its numbers", "@ 60 IN SOA ns a\n", "", `file: "/db" is not a zone file for "example.org.": bad SOA zone parameter: " " at line: 1:12. Fix that line`},
		{"a wrong address", soa + "a 60 IN A 192.0.2.256\n", "", `file: "/db" is not a zone file for "example.org.": bad A A: "192.0.2.256" at line: 2:21. Fix that line`},
		{"no SOA", "a 60 IN A 192.0.2.1\n", "", `file: "/db" is not a zone file for "example.org.": it has no SOA. Add one`},
		{"nothing", "", "", `file: "/db" is not a zone file for "example.org.": it has no SOA. Add one`},
		{"the serial 0", "@ 60 IN SOA ns a 0 1 1 1 1\n", "", `file: "/db" is not a zone file for "example.org.": its SOA has the serial 0. Write a larger one`},
		{"the SOA of another zone", "example.net. 60 IN SOA ns a 1 1 1 1 1\n", "", `file: "/db" is not a zone file for "example.org.": its SOA is of "example.net.". Write the SOA of the zone`},
		{"the SOA of another zone, before 1.15.0", "example.net. 60 IN SOA ns a 1 1 1 1 1\n", "1.14.7", ""},
		{"NSEC3", soa + "a 60 IN NSEC3PARAM 1 0 0 -\n", "", `file: "/db" is not a zone file for "example.org.": CoreDNS serves no NSEC3. Remove the record`},
		{"another file in it", "$INCLUDE /other\n", "", `file: the server does not start if "/db" is no zone file; Corewarden did not read it`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, p := range judge(t, "file", example{text: "file /db", coredns: test.coredns, files: map[string]string{"/db": test.db}}) {
				got += p.Message
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	files := map[string]string{"/zones/db": soa, "/zones/empty": ""}
	runExamples(t, "file", []example{
		{text: "file /zones/db example.net", files: files},
		{text: "file /zones/empty\nfile /zones/db", files: files, want: "1:6 invalid-value"},
		{text: "file /other\nfile /zones/empty", files: files, want: "warning 1:6 pod-file; warning 2:6 pod-file"}, // CoreDNS may not get to the second
		{text: "file /zones/empty a..b", files: files, want: "warning 1:19 silent-zone"},
	})
}

package danger_test

import (
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/release"
)

// TestMissingFilesHaveTheNamesThatPluginsOpen asks for the files that each text makes a
// server look for, and is told that all are missing.
func TestMissingFilesHaveTheNamesThatPluginsOpen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"file db", "db"},
		{"root /zones\nfile db", "/zones/db"},
		{"root /zones\nfile /etc/db", "/etc/db"},
		{"geoip /city.mmdb", "/city.mmdb"},
		{"root /zones\nautopath resolv.conf", "resolv.conf"},
		{"tsig {\nsecrets /keys\n}", "/keys"},
		{"kubernetes cluster.local {\nkubeconfig /config\n}", "/config"},
		{"dnssec {\nkey file /Kexample.org\n}", ""}, // it opens /Kexample.org.key and .private
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			var report corefile.Report
			main := corefile.File{Name: "Corefile", Path: "/Corefile", Text: "example.org {\n" + test.text + "\n}\n"}
			parsed := corefile.Parse(corefile.Configuration{Main: main}, release.Known, &report)
			r, err := release.CoreDNS("1.15.0")
			if err != nil {
				t.Fatal(err)
			}
			blocks, said := dnsserver.Check(parsed, dnsserver.Server{Release: r}, &report)
			var asked []string
			lacks := func(file string) bool { asked = append(asked, file); return true }
			warned := 0
			for _, p := range danger.Check(blocks, said, "the server", danger.Surroundings{Lacks: lacks}) {
				if p.Rule == danger.RuleMissingFile {
					warned++
				}
			}
			if got := strings.Join(asked, " "); got != test.want || warned != len(asked) {
				t.Errorf("asked for %q with %d warnings, want %q", got, warned, test.want)
			}
		})
	}
}

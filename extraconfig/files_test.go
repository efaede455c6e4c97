package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// TestFilesOfTheConfigMap are read: nobody has to look at them in the pod.
func TestFilesOfTheConfigMap(t *testing.T) {
	t.Parallel()
	const corefile = "example.org {\n file /etc/coredns/extra-configs/db.example\n}\nexample.net {\n root /etc/coredns/extra-configs\n hosts db.example {\n  fallthrough\n }\n}\n"
	for _, test := range []struct {
		name, db string
		want     []string
	}{
		{name: "a good one", db: "@ 60 IN SOA ns a 1 1 1 1 1\n"},
		{name: "one without an SOA", db: "@ 60 IN A 192.0.2.1\n", want: []string{
			`Corefile:2:7 error invalid-value of CoreDNS 1.15.0: file: "/etc/coredns/extra-configs/db.example" is not a zone file for "example.org.": it has no SOA. Add one`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			alone := extraconfig.Cluster{Servers: servers(t)[:1]} // CoreDNS, of which nothing else is known
			for where, k := range map[string]extraconfig.Cluster{"in a cluster": k, "alone": alone} {
				got := say(k.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": corefile, "db.example": test.db}}))
				if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
					t.Errorf("%s, the problems are\n%s\nwant:\n%s", where, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
				}
			}
		})
	}
}

package rollout

import (
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

func TestStagingNoteSaysWhoDoesNotWait(t *testing.T) {
	t.Parallel()
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	k := &extraconfig.Cluster{Servers: []extraconfig.Server{{Workload: "coredns", Release: coreDNS}}}
	for _, test := range []struct{ base, want string }{
		{"", ""},
		{".:53 {\n log\n}\n", "; no pod loads it before it is restarted"},
		{".:53 {\n reload\n}\n", "; the pods of coredns load it within 2m8s, restarted or not, by the plugin reload"},
	} {
		if test.base != "" {
			k.Corefiles = map[string]corefile.File{"coredns": {Name: "base", Text: test.base}}
		}
		if got := stagingNote(k, false, "it"); got != test.want {
			t.Errorf("with %q it says %q, want %q", test.base, got, test.want)
		}
	}
}

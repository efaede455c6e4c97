package status

import (
	"strings"
	"testing"
	"time"

	"corewarden/corefile"
)

func TestAStatusIsWrittenForPeople(t *testing.T) {
	t.Parallel()
	s := Status{
		Servers: []Server{
			{
				Kind: "Deployment", Name: "coredns", Release: "CoreDNS 1.15.0", Base: "ConfigMap coredns, key Corefile",
				Loads: []Loaded{{ConfigMap: "dns-extra-configs", Keys: []string{"Corefile", "b.Corefile"}}, {ConfigMap: "coredns-extra-configs", Missing: true}},
				Phase: "held", Reason: "PodsRestart", Why: "pod a has\nrestarted", Remedy: "Fix it", Stamp: "v1:0123456789abcdef", Want: "v1:fedcba9876543210",
				Mounts: []Mounted{{"dns-extra-configs", 1}, {"dns-extra-configs-v1-0123456789abcdef", 2}},
			},
			{Kind: "DaemonSet", Name: "node-local-dns", Phase: "absent"},
		},
		Problems: []Problem{{"dns-extra-configs", "Corefile", 2, corefile.Error, "unknown-plugin", "CoreDNS 1.15.0", "unknown plugin"}},
		Events:   []Event{{time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), "Warning", "RolloutHeld", "ConfigMap dns-extra-configs", "it is held"}},
		Unknown:  map[string]string{"kube-dns": "you may not read it"},
	}
	const want = `Deployment coredns: held (PodsRestart)
  because    pod a has restarted
  ->         Fix it
  server     CoreDNS 1.15.0
  starts on  ConfigMap coredns, key Corefile
  loads      dns-extra-configs: Corefile, b.Corefile
  loads      coredns-extra-configs: not there
  stamp      v1:01234567, to become v1:fedcba98
  mounted    dns-extra-configs, in 1 pod
  mounted    dns-extra-configs-v1-0123456789abcdef, in 2 pods

DaemonSet node-local-dns: absent

ConfigMap kube-dns: you may not read it

Problems in what is stored
  dns-extra-configs, key Corefile, line 2: error: unknown plugin (unknown-plugin)

Last events
  2026-11-25 12:00:00  RolloutHeld  ConfigMap dns-extra-configs: it is held
`
	var text strings.Builder
	if err := s.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if text.String() != want {
		t.Errorf("the status is\n%s\nwant\n%s", text.String(), want)
	}
}

package dnsserver_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
)

// TestBatch asks one process in turn: none of the configurations changes what the next one does.
func TestBatch(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	const coredns = parts.CoreDNS1150
	binaries, err := parts.Build(t.Context(), os.Stderr, coredns.Batch())
	if err != nil {
		t.Fatal(err)
	}
	batch := dnsserver.NewBatch(binaries[coredns.Batch()])
	t.Cleanup(batch.Stop)
	const whole = ".:53 {\n prometheus\n health\n ready\n pprof\n reload\n forward . 192.0.2.1\n}\n"
	for _, tt := range []struct {
		name, corefile string
		env            map[string]string
		interfaces     []string
		unknown        bool
		refusal        string // "" where it starts
	}{
		{name: "it starts", corefile: whole},
		{name: "it starts again on the same ports", corefile: whole},
		{name: "it refuses", corefile: ".:53 {\n health\n forwrad\n}\n", refusal: "/etc/coredns/extra-configs/Corefile:3 - Error during parsing: Unknown directive 'forwrad'"},
		{name: "a variable", corefile: ".:53 {\n {$PLUGIN}\n}\n", env: map[string]string{"PLUGIN": "whoami"}},
		{name: "the same variable without a value", corefile: ".:53 {\n errors{$PLUGIN}\n}\n"},
		{name: "an interface", corefile: ".:53 {\n bind eth0\n forward\n}\n", interfaces: []string{"eth0"}, refusal: "plugin/forward: "},
		{name: "the same interface is missing", corefile: ".:53 {\n bind eth0\n forward\n}\n", refusal: "not a valid IP address or interface name: \"eth0\""},
		{name: "it cannot listen", corefile: ".:53 {\n health\n bind 192.0.2.1\n}\n", unknown: true},
		{name: "it starts after that", corefile: whole},
		{name: "it stops late", corefile: ".:53 {\n health {\n  lameduck 1m\n }\n}\n"},
		{name: "it starts after that too", corefile: whole},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, err := batch.Check(dnsserver.Configuration{
				Main: importing, Files: map[string]string{"Corefile": tt.corefile}, Env: tt.env, Interfaces: tt.interfaces,
			})
			refusal, refused := errors.AsType[*dnsserver.Refusal](err)
			if err != nil && !refused {
				t.Fatal(err)
			}
			if known == tt.unknown || refused != (tt.refusal != "") || refused && !strings.Contains(refusal.Text, tt.refusal) {
				t.Errorf("known %t and %v, want known %t and %q", known, err, !tt.unknown, tt.refusal)
			}
		})
	}
}

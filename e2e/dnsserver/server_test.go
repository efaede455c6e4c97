package dnsserver_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
)

const importing = "import /etc/coredns/extra-configs/*Corefile\n"

func coredns(t *testing.T) string {
	t.Helper()
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.CoreDNS1150)
	if err != nil {
		t.Fatal(err)
	}
	return binaries[parts.CoreDNS1150]
}

func TestStartAnswersWhereTheConfigurationSays(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	for name, address := range map[string]string{
		"on port 53 of the loopback address": "127.0.0.1:53",
		"on another port":                    "127.0.0.1:5353",
		"on IPv6":                            "[::1]:53",
		"on node-local-dns's address":        dnsserver.LinkLocal + ":53",
		"on port 53 beside the others":       "127.0.0.1:53",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := dnsserver.Start(t.Context(), coredns(t), dnsserver.Configuration{
				Main: importing,
				Files: map[string]string{
					"Corefile": "example.org example.org:5353 {\n hosts /etc/coredns/extra-configs/names\n}\n",
					"names":    "192.0.2.7 a.example.org\n",
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Stop(); err != nil {
					t.Error(err)
				}
			})
			answer, err := s.Query(t.Context(), address, "a.example.org", dns.TypeA)
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Answer) != 1 || !strings.HasSuffix(answer.Answer[0].String(), "\t192.0.2.7") {
				t.Errorf("asked for a.example.org, got\n%s", answer)
			}
		})
	}
}

func TestStartTellsWhyTheServerRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		corefile     string
		main         string
		want         string
		cannotListen bool
	}{
		{
			name: "a misspelt plugin", main: importing, corefile: "example.org {\n forwrad\n}\n",
			want: "/etc/coredns/extra-configs/Corefile:2 - Error during parsing: Unknown directive 'forwrad'",
		},
		{
			name: "a glob that matches the folder of the volume", main: "import extra-configs/*\n",
			want: "Could not import /etc/coredns/extra-configs/..2006_01_02_15_04_05.000000000: is a directory",
		},
		{
			name: "an address that is not there", main: importing, corefile: "example.org {\n bind 192.0.2.1\n whoami\n}\n",
			want: "bind: cannot assign requested address", cannotListen: true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := dnsserver.Check(t.Context(), coredns(t), dnsserver.Configuration{
				Main:  tt.main,
				Files: map[string]string{"Corefile": tt.corefile},
			})
			refusal, ok := errors.AsType[*dnsserver.Refusal](err)
			if !ok {
				t.Fatalf("got %v, want a refusal", err)
			}
			if refusal.ExitCode != 1 || !strings.Contains(refusal.Text, tt.want) || refusal.CannotListen() != tt.cannotListen {
				t.Errorf("refused with exit code %d, cannot listen: %t, and %q;\nwant exit code 1, %t, and a text with %q",
					refusal.ExitCode, refusal.CannotListen(), refusal.Text, tt.cannotListen, tt.want)
			}
		})
	}
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := dnsserver.Start(ctx, coredns(t), dnsserver.Configuration{Main: ".:53 {\n whoami\n}\n"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

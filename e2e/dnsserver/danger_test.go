package dnsserver_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/e2e/dnsserver"
)

// TestDangers shows on the real server what the warnings of corefile/danger say of queries.
func TestDangers(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	const (
		bound  = "import extra-configs/*Corefile\n.:53 {\n bind " + dnsserver.LinkLocal + "\n hosts {\n  192.0.2.1 a.example.org\n }\n}\n"
		common = "import extra-configs/*Corefile\n.:53 {\n hosts {\n  192.0.2.1 a.svc.cluster.local\n }\n}\n"
	)
	for _, test := range []struct{ name, base, bundle, address, question, want string }{
		{"a block without a bind is not reached", bound, "example.org {\n hosts {\n  192.0.2.2 a.example.org\n }\n}\n", dnsserver.LinkLocal, "a.example.org", "192.0.2.1"},
		{"it is at another address", bound, "example.org {\n hosts {\n  192.0.2.2 a.example.org\n }\n}\n", "127.0.0.1", "a.example.org", "192.0.2.2"},
		{"a block with the bind is reached", bound, "example.org {\n bind " + dnsserver.LinkLocal + "\n hosts {\n  192.0.2.2 a.example.org\n }\n}\n", dnsserver.LinkLocal, "a.example.org", "192.0.2.2"},
		{"a zone that holds the cluster's takes its names", common, "local {\n hosts {\n  192.0.2.2 b.local\n }\n}\n", "127.0.0.1", "a.svc.cluster.local", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := dnsserver.Start(t.Context(), coredns(t), dnsserver.Configuration{Main: test.base, Files: map[string]string{"Corefile": test.bundle}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Stop(); err != nil {
					t.Error(err)
				}
			})
			answer, err := s.Query(t.Context(), test.address+":53", test.question, dns.TypeA)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(answer.Answer) > 0 {
				got = answer.Answer[0].String()
				got = got[strings.LastIndexByte(got, '\t')+1:]
			}
			if got != test.want {
				t.Errorf("%s is %q, want %q", test.question, got, test.want)
			}
		})
	}
}

// TestALoopEndsTheServer shows what comes of a forward to the server itself.
func TestALoopEndsTheServer(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	s, err := dnsserver.Start(t.Context(), coredns(t), dnsserver.Configuration{
		Main:  ".:53 {\n loop\n import extra-configs/*Corefile\n}\n",
		Files: map[string]string{"Corefile": "forward . 127.0.0.1\n"},
	})
	if err == nil {
		t.Cleanup(func() {
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
		})
		limited, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		err = s.Wait(limited)
		if out := s.Output(); !strings.Contains(out, "Loop (") {
			t.Errorf("the server says\n%s\nwant something about a loop", out)
		}
	}
	var refusal *dnsserver.Refusal
	if !errors.As(err, &refusal) || refusal.ExitCode != 1 {
		t.Errorf("the server ends with %v, want exit code 1", err)
	}
}

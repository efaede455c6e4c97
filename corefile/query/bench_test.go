package query_test

import (
	"testing"

	"corewarden/corefile/query"
)

// BenchmarkAsk is a trace through node-local-dns and CoreDNS as clusters have them.
func BenchmarkAsk(b *testing.B) {
	s := chained(b,
		"cluster.local:53 {\n errors\n cache 30\n bind 169.254.20.10\n forward . 10.96.0.11\n}\n.:53 {\n errors\n cache 30\n bind 169.254.20.10\n forward . /etc/resolv.conf\n}\n",
		".:53 {\n errors\n health\n ready\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n  fallthrough in-addr.arpa ip6.arpa\n }\n forward . /etc/resolv.conf\n cache 30\n loop\n reload\n}\n")
	q := query.Question{Name: "web.shop.svc.cluster.local.", Type: 1}
	for b.Loop() {
		if r := s.Ask(s[0], q); r.Outcome != query.Depends {
			b.Fatal(r.Outcome)
		}
	}
}

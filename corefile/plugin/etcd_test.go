package plugin_test

import "testing"

func TestEtcd(t *testing.T) {
	t.Parallel()
	runExamples(t, "etcd", []example{
		{text: "etcd"},
		{text: "etcd a.b a..b", want: "warning 1:10 silent-zone"},
		{text: "etcd {\npath /skydns\nendpoint http://192.0.2.1:2379 http://192.0.2.2:2379\nfallthrough\nmin-lease-ttl 30\nmax-lease-ttl 24h\nno_apex_fallback\n}"},
		{text: "etcd {\nstubzones\ndebug\nupstream 192.0.2.1\n}"},
		{text: "etcd {\ndebug yes\n}", want: "2:7 unknown-property"},
		{text: "etcd {\npath\n}", want: "2:1 wrong-arguments"},
		{text: "etcd {\npath a b\n}", want: "2:8 unknown-property"},
		{text: "etcd {\nendpoint\n}", want: "2:1 wrong-arguments"},
		{text: "etcd {\nendpoint http://%zz\n}", want: "2:10 invalid-value"},
		{text: "etcd {\nendpoint http://%zz\nendpoint http://192.0.2.1:2379 %zz\n}"},
		{text: "etcd {\ntls\n}"},
		{text: "etcd {\ntls /ca\n}", want: "warning 2:5 pod-file"},
		{text: "etcd {\ntls a b c d\n}", want: "2:11 wrong-arguments"},
		{text: "etcd {\ncredentials user password\n}", want: "warning 2:1 pod-network"},
		{text: "etcd {\ncredentials user \"\"\n}"},
		{text: "etcd {\ncredentials user\n}", want: "2:13 wrong-arguments"},
		{text: "etcd {\nfallthrough a..b\n}", want: "warning 2:13 silent-zone"},
		{text: "etcd {\nmin-lease-ttl\n}", want: "2:1 wrong-arguments"},
		{text: "etcd {\nmin-lease-ttl \"\"\n}"},
		{text: "etcd {\nmin-lease-ttl -1s\n}", want: "2:15 invalid-value"},
		{text: "etcd {\nmin-lease-ttl 4294967295\n}"},
		{text: "etcd {\nmin-lease-ttl 4294967296\n}", want: "2:15 invalid-value"},
		{text: "etcd {\nmin-lease-ttl half\n}", want: "2:15 invalid-value"},
		{text: "etcd {\nmin-lease-ttl 5\n}", want: "2:1 unavailable-property", coredns: "1.12.3"},
		{text: "etcd {\nno_apex_fallback yes\n}", want: "2:18 wrong-arguments"},
		{text: "etcd {\nno_apex_fallback\n}", want: "2:1 unavailable-property", coredns: "1.14.7"},
		{text: "etcd {\nwatch\n}", want: "2:1 unknown-property"},
		{text: "etcd\netcd {\nwatch\n}", want: "warning 2:1 ignored-text"},
	})
}

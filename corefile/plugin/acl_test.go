package plugin_test

import "testing"

func TestACL(t *testing.T) {
	t.Parallel()
	runExamples(t, "acl", []example{
		{text: "acl"},
		{text: "acl {\nallow\n}"},
		{text: "acl a.b {\nALLOW Type A AAAA Net 10.0.0.0/8 ::1\nblock net 192.0.2.1\nfilter type ANY\ndrop type * net *\n}"},
		{text: "acl {\nallow\n}\nacl {\ndeny\n}", want: "5:1 unknown-property"},
		{text: "acl a..b {\nblock\n}", want: "warning 1:5 silent-zone"},
		{text: "acl {\ndeny net 10.0.0.0/8\n}", want: "2:1 unknown-property"},
		{text: "acl {\nblock 10.0.0.0/8\n}", want: "2:7 invalid-value"},
		{text: "acl {\nblock type\n}", want: "2:7 wrong-arguments"},
		{text: "acl {\nblock type net 10.0.0.0/8\n}", want: "2:7 wrong-arguments"},
		{text: "acl {\nblock type A net\n}", want: "2:14 wrong-arguments"},
		{text: "acl {\nblock type aaaa\n}", want: "2:12 invalid-value"},
		{text: "acl {\nblock type A6\n}", want: "2:12 invalid-value"},
		{text: "acl {\nblock type * A6\n}"},
		{text: "acl {\nblock type RESINFO\n}"},
		{text: "acl {\nblock type RESINFO\n}", want: "2:12 invalid-value", coredns: "1.12.0"},
		{text: "acl {\nblock net 10.0.0.0/33\n}", want: "2:11 invalid-value"},
		{text: "acl {\nblock net 10.0.0\n}", want: "2:11 invalid-value"},
		{text: "acl {\nblock net 10.0.0.1 ::1/129\n}", want: "2:20 invalid-value"},
		{text: "acl {\nblock net * 10.0.0\n}"},
		{text: "acl {\nblock type A type AAAA\n}"},
	})
}

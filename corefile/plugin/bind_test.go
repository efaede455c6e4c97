package plugin_test

import "testing"

func TestBind(t *testing.T) {
	t.Parallel()
	runExamples(t, "bind", []example{
		{text: "bind 127.0.0.1"},
		{text: "bind 127.0.0.1 ::1"},
		{text: "bind 0.0.0.0"},
		{text: "bind ::"},
		{text: "bind 10.0.0.1", want: "warning 1:6 pod-address"},
		{text: "bind 127.0.0.1 eth0", want: "warning 1:16 pod-address"},
		{text: "bind", want: "1:1 wrong-arguments"},
		{text: "bind 10.0.0.0/24", want: "1:6 invalid-value"},
		{text: "bind [::1]", want: "1:6 invalid-value"},
		{text: "bind 127.0.0.1:53", want: "1:6 invalid-value"},
		{text: "bind fe80::1%eth0", want: "1:6 invalid-value"},
		{text: "bind abcdefghijklmno", want: "warning 1:6 pod-address"},
		{text: "bind abcdefghijklmnop", want: "1:6 invalid-value"},
		{text: "bind __PILLAR__LOCAL__DNS__", want: "1:6 invalid-value"},
		{text: "bind 127.0.0.1 127.0.0.2 {\nexcept 127.0.0.1\n}"},
		{text: "bind lo {\nexcept eth0 10.0.0.1\n}", want: "warning 2:8 pod-address"},
		{text: "bind 127.0.0.1 {\nexcept\n}", want: "2:1 wrong-arguments"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.0/8\n}", want: "2:8 invalid-value"},
		{text: "bind 127.0.0.1 {\nexcpt 127.0.0.1\n}", want: "2:1 unknown-property"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\n}", want: "warning 3:1 ignored-text"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\n}\nbind 127.0.0.2"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\nexcept 127.0.0.2\n}"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\n}\ntrace", want: "3:1 conflicting-settings", coredns: "1.12.4"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\n}\nkubernetes", want: "3:1 conflicting-settings", coredns: "1.14.1"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\n}\nkubernetes", want: "warning 3:1 ignored-text", coredns: "1.14.2"},
		{text: "bind 127.0.0.1 {\nexcept 127.0.0.1\n}\ntrace", want: "warning 3:1 ignored-text", coredns: "1.13.0"},
	})
}

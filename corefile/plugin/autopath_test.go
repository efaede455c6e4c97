package plugin_test

import "testing"

func TestAutopath(t *testing.T) {
	t.Parallel()
	runExamples(t, "autopath", []example{
		{text: "autopath @kubernetes\nkubernetes cluster.local"},
		{text: "autopath @erratic\nerratic"},
		{text: "autopath cluster.local @erratic\nerratic"},
		{text: "autopath a..b @erratic\nerratic", want: "warning 1:10 silent-zone"},
		{text: "autopath", want: "1:1 wrong-arguments"},
		{text: "autopath {\n}", want: "1:1 wrong-arguments"},
		{text: "autopath @kubernetes", want: "warning 1:10 ignored-text"},
		{text: "autopath @", want: "warning 1:10 ignored-text"},
		{text: "autopath @whoami\nwhoami", want: "1:10 invalid-value"},
		{text: "autopath @whoami\nwhoami", transports: []string{"unix", "dns"}, want: "1:10 invalid-value"},
		{text: "autopath @whoami\nwhoami", transports: []string{"unix"}, want: "warning 1:10 ignored-text"},
		{text: "autopath @autopath", want: "1:10 invalid-value"},
		{text: "autopath @health\nhealth", want: "warning 1:10 ignored-text"},
		{text: "autopath /etc/resolv.conf", want: "warning 1:10 pod-file"},
		{text: "autopath \"\"", want: "1:10 invalid-value"},
		{text: "autopath @erratic\nerratic\nautopath @whoami\nwhoami", want: "3:10 invalid-value"},
	})
}

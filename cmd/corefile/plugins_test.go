package main

import (
	"bytes"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, args     string
		code           int
		stdout, stderr string // the start of each
	}{
		{name: "the newest release", args: "cache", stdout: "cache in CoreDNS " + release.NewestCoreDNS + "\n"},
		{name: "a release", args: "--coredns 1.12.1 cache", stdout: "cache in CoreDNS 1.12.1\n"},
		{name: "node-cache", args: "--node-local-dns v1.26.7 cache", stdout: "cache in node-cache 1.26.7, with CoreDNS 1.13.1 in it\n"},
		{name: "a release that is not known", args: "--coredns 1.8.0 cache", stdout: "cache in CoreDNS 1.11.3\n", stderr: "corefile: warning: CoreDNS 1.8.0 is not known: checked as 1.11.3, the oldest known release\n"},
		{name: "all plugins", args: "--node-local-dns head", stdout: "bind          Listens only on the given addresses, not on all.\nbufsize "},
		{name: "a misspelt plugin", args: "--coredns 1.15.0 cahce", code: exitUsage, stderr: "corefile: CoreDNS 1.15.0 has no plugin \"cahce\"; did you mean \"cache\"?\n"},
		{name: "what is no release", args: "--coredns latest", code: exitUsage, stderr: "corefile: \"latest\" is not a version of CoreDNS."},
		{name: "two releases", args: "--coredns 1.15.0 --node-local-dns 1.26.7", code: exitUsage, stderr: "corefile: explain takes --coredns or --node-local-dns, not both\n"},
		{name: "two plugins", args: "cache log", code: exitUsage, stderr: "corefile: explain takes at most one plugin, not [\"cache\" \"log\"]\n"},
		{name: "help", args: "--help", stdout: "Say how a plugin is written"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(append([]string{"explain"}, strings.Fields(test.args)...), strings.NewReader(""), &stdout, &stderr)
			started := func(text, start string) bool { return strings.HasPrefix(text, start) && (start != "" || text == "") }
			if code != test.code || !started(stdout.String(), test.stdout) || !started(stderr.String(), test.stderr) {
				t.Errorf("exit code %d, want %d\nstandard output:\n%s\nstandard error:\n%s", code, test.code, &stdout, &stderr)
			}
		})
	}
}

package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestOneDash reads the flags as they were written before they had two dashes, and says so.
func TestOneDash(t *testing.T) {
	t.Parallel()
	const clean = "example.org {\n whoami\n}\n"
	for args, want := range map[string]string{
		"check --output json -":              "[]\n",
		"check -output json -coredns=none -": "corefile: flags have two dashes now: --output, --coredns. One dash works until the next release\n[]\n",
		"check --stdin-name -output -":       "", // a value, and no flag
		"fmt -w":                             "corefile: --write cannot write standard input: name files\n",
		"fmt -- -check":                      "corefile: stat -check: no such file or directory\n",
		"check -outptu json -":               "corefile: unknown flag \"--outptu\"; did you mean \"--output\"?\n",
		"check --xyzzy -":                    "corefile: unknown flag \"--xyzzy\". \"corefile check --help\" lists the flags\n",
		"check --output":                     "corefile: flag needs an argument: --output\n",
		"check --output xml -":               "corefile: --output: unknown format \"xml\". Write text, json, github, sarif, gitlab or junit\n",
	} {
		var out bytes.Buffer
		run(strings.Fields(args), strings.NewReader(clean), &out, &out)
		if out.String() != want {
			t.Errorf("corefile %s prints\n%s\nwant\n%s", args, &out, want)
		}
	}
}

// TestCompletion asks for what a shell would offer.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"che":                                  "check\t",
		"check --out":                          "--output\t",
		"check --output s":                     "sarif\n",
		"check --coredns 1.11":                 "1.11.4\n1.11.3\n",
		"check --node-local-dns h":             "head\n",
		"trace --from n":                       "node-local-dns\n",
		"explain --node-local-dns 1.26.7 relo": "reload\n",
		"rules unknown-pl":                     "unknown-plugin\t",
	} {
		var out, notes bytes.Buffer
		run(append([]string{"__complete"}, strings.Fields(args)...), strings.NewReader(""), &out, &notes)
		if !strings.Contains("\n"+out.String(), "\n"+want) {
			t.Errorf("%s: offers\n%s\nwant %q\n%s", args, &out, want, &notes)
		}
	}
}

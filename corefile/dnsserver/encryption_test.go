package dnsserver

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// TestEncryption is what the transports of server blocks need, and what blocks have to
// agree on that share a listener. Files of certificates are always warned of; that is left
// out here where it is all there is.
func TestEncryption(t *testing.T) {
	t.Parallel()
	const (
		conflict = "5:1 error conflicting-settings"
		files    = "5:1 warning pod-file"
	)
	for _, test := range []struct {
		name          string
		first, second string // the keys and, behind a "|", the first line of two server blocks
		release       string // of CoreDNS; 1.15.0 unless given
		want          []string
	}{
		{name: "HTTP/3 without a certificate", first: "https3://a.org|", want: []string{"1:1 error missing-property"}},
		{name: "QUIC without a certificate", first: "quic://a.org|", want: []string{"1:1 error missing-property"}},
		{name: "HTTP/3 with a certificate", first: "https3://a.org|tls crt key"},
		{name: "TLS, gRPC and HTTPS without a certificate", first: "tls://a.org grpc://a.org https://a.org|"},
		{name: "a certificate for a plain listener", first: "a.org|tls crt key", second: "b.org|"},

		{name: "a certificate for one of two blocks", first: "tls://a.org|tls crt key", second: "tls://b.org|", want: []string{conflict}},
		{name: "before 1.15.0 that was no matter", first: "tls://a.org|tls crt key", second: "tls://b.org|", release: "1.14.7"},
		{name: "on another port", first: "tls://a.org|tls crt key", second: "tls://b.org:8853|"},
		{name: "over another transport", first: "https://a.org|tls crt key", second: "grpc://b.org|"},
		{name: "one block for two zones", first: "tls://a.org tls://b.org|tls crt key"},

		{name: "the same certificate", first: "tls://a.org|tls crt key ca", second: "tls://b.org|tls crt key ca"},
		{name: "another file, which may hold the same", first: "tls://a.org|tls crt key", second: "tls://b.org|tls crt2 key2", want: []string{files}},
		{name: "another CA, which may be the same", first: "tls://a.org|tls crt key ca", second: "tls://b.org|tls crt key ca2", want: []string{files}},
		{name: "a CA in one block only", first: "tls://a.org|tls crt key ca", second: "tls://b.org|tls crt key", want: []string{conflict}},
		{name: "a file named in the environment", first: "tls://a.org|tls crt key", second: "tls://b.org|tls {$CRT} key ca"},
		{name: "clients verified in one block only", first: "tls://a.org|tls crt key {\nclient_auth require\n}", second: "tls://b.org|tls crt key", want: []string{"7:1 error conflicting-settings"}},
		{name: "clients verified nowhere", first: "tls://a.org|tls crt key {\nclient_auth nocert\n}", second: "tls://b.org|tls crt key"},
		{name: "the last tls of a block counts", first: "tls://a.org|tls crt key ca\ntls crt key", second: "tls://b.org|tls crt key"},
		{name: "certificates of ACME and of files", first: "tls://a.org|tls crt key", second: "tls://b.org|tls {\nacme b.org\n}", want: []string{conflict}},
		{name: "one certificate of ACME for two blocks", first: "tls://a.org|tls {\nacme a.org b.org\n}", second: "tls://b.org|tls {\nacme B.org. a.org\n}"},
		{
			name: "another certificate of ACME", first: "tls://a.org|tls {\nacme a.org\n}", second: "tls://b.org|tls {\nacme b.org\n}",
			want: []string{"7:1 error conflicting-settings"},
		},

		{
			name: "other numbers of streams", first: "https://a.org|https {\nmax_streams 5\n}", second: "https://b.org|https {\nmax_streams 6\n}",
			want: []string{"7:1 error conflicting-settings"},
		},
		{name: "the same number of streams", first: "https://a.org|https {\nmax_streams 5\n}", second: "https://b.org|https {\nmax_streams 05\n}"},
		{name: "a number of streams in one block", first: "https://a.org|https {\nmax_streams 5\n}", second: "https://b.org|"},
		{name: "numbers of streams for plain listeners", first: "a.org|https {\nmax_streams 5\n}", second: "b.org|https {\nmax_streams 6\n}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := ""
			for _, block := range []string{test.first, test.second} {
				if block != "" {
					keys, line, _ := strings.Cut(block, "|")
					text += fmt.Sprintf("%s {\n%s\nwhoami\n}\n", keys, line)
				}
			}
			server := Server{Release: coreDNS(t, cmp.Or(test.release, "1.15.0"))}
			problems := Judge(corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: text}}, server)
			var got []string
			for _, p := range problems {
				if p.Column == 1 && slices.Contains([]string{reader.RuleConflict, reader.RuleMissingProperty, reader.RulePodFile}, p.Rule) {
					got = append(got, fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Severity, p.Rule))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q\n%s\n%v", got, test.want, text, problems)
			}
		})
	}
}

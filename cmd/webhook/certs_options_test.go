//nolint:paralleltest // controller-runtime keeps the flag kubeconfig in a variable of its own
package main

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"corewarden/certs/authority"
)

func TestCertsOptionsHaveDefaults(t *testing.T) {
	for _, test := range []struct{ namespace, want string }{{"", "corewarden"}, {"elsewhere", "elsewhere"}} {
		t.Setenv("POD_NAMESPACE", test.namespace)
		o, err := parseCertsOptions(nil, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		want := certsOptions{
			metricsAddress: ":8080", healthAddress: ":8081",
			names: authority.Names{Namespace: test.want, CASecret: "corewarden-ca", LeafSecret: "corewarden-webhook-tls", Configuration: "corewarden"},
			policy: authority.Policy{
				Names:      []string{"corewarden-webhook." + test.want + ".svc", "corewarden-webhook." + test.want + ".svc.cluster.local"},
				CALifetime: 87600 * time.Hour, LeafLifetime: 2160 * time.Hour, RenewBefore: 720 * time.Hour, TrustDelay: 2 * time.Minute,
			},
		}
		if !reflect.DeepEqual(o, want) {
			t.Errorf("in namespace %q the options are\n%+v\nwant\n%+v", test.namespace, o, want)
		}
	}
}

func TestWrongCertsOptionsAreNamed(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"serve", `unexpected argument "serve"`},
		{"--leaf-lifetime=720h", "-renew-before: 720h0m0s is not between 0 and -leaf-lifetime, 720h0m0s"},
		{"--renew-before=0s", "-renew-before: 0s is not between 0"},
		{"--ca-lifetime=6000h", "-ca-lifetime: 6000h0m0s is less than three times -leaf-lifetime, 2160h0m0s"},
		{"--trust-delay=-1s", "-trust-delay: -1s is negative"},
		{"--dns-names=a.svc,", `-dns-names: "" is no DNS name`},
		{"--dns-names=https://a", `-dns-names: "https://a" is no DNS name`},
	} {
		if _, err := parseCertsOptions([]string{test.args}, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %s", test.args, err, test.want)
		}
	}
}

func TestCertsHelp(t *testing.T) {
	for _, test := range []struct {
		args []string
		want []string
	}{
		{[]string{"-help"}, []string{"webhook certs [flags]"}},
		{[]string{"certs", "-help"}, []string{
			"-kubeconfig", "-namespace", "-ca-secret", "-tls-secret", "-webhook-configuration", "-dns-names",
			"-ca-lifetime", "-leaf-lifetime", "-renew-before", "-trust-delay", "-metrics-bind-address", "-health-bind-address",
		}},
	} {
		var stderr bytes.Buffer
		if err := run(t.Context(), test.args, io.Discard, &stderr); err != nil {
			t.Error(err)
		}
		for _, want := range test.want {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("%q: the help does not tell of %s:\n%s", test.args, want, stderr.String())
			}
		}
	}
}

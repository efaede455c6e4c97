//nolint:paralleltest // controller-runtime keeps the flag kubeconfig in a variable of its own
package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
	"corewarden/webhook"
)

func TestOptionsHaveDefaults(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "")
	o, err := parseOptions(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var servers []string
	for _, s := range o.servers {
		servers = append(servers, s.String())
	}
	if want := []string{"CoreDNS " + release.NewestCoreDNS, "node-local-dns (node-cache " + release.NewestNodeCache + ")"}; !reflect.DeepEqual(servers, want) {
		t.Errorf("servers = %q, want %q", servers, want)
	}
	o.servers = nil
	want := options{
		webhookPort: 9443, metricsAddress: ":8080", healthAddress: ":8081", certDir: "/etc/corewarden/tls", shutdownDelay: 5 * time.Second,
		serviceAccount: serviceAccount{"corewarden", "corewarden"}, leaderElectNamespace: "corewarden",
		coreDNS: release.NewestCoreDNS, nodeLocalDNS: release.NewestNodeCache, keyPolicy: extraconfig.NormaliseKeys, explain: webhook.ExplainDryRuns, modes: modes{both: enforce},
		policy: plan.Policy{Soak: 30 * time.Second, Deadline: 5 * time.Minute, Interval: 5 * time.Second, BrakePods: 3, BrakeShare: 0.25, Canary: true, Retry: 10 * time.Minute, Adopt: plan.AdoptAuto},
	}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("options = %+v\nwant      %+v", o, want)
	}
	if got, want := o.serviceAccount.user(), "system:serviceaccount:corewarden:corewarden"; got != want {
		t.Errorf("user = %s, want %s", got, want)
	}
}

func TestOptionsFollowTheFlags(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "elsewhere")
	for _, test := range []struct {
		name string
		args []string
		got  func(options) any
		want any
	}{
		{"the service account is in the pod's namespace", nil, func(o options) any { return o.serviceAccount }, serviceAccount{"elsewhere", "corewarden"}},
		{"so is the lease", nil, func(o options) any { return o.leaderElectNamespace }, "elsewhere"},
		{"the service account", []string{"--service-account=a/b"}, func(o options) any { return o.serviceAccount }, serviceAccount{"a", "b"}},
		{"the lease is in the service account's namespace", []string{"--service-account=a/b"}, func(o options) any { return o.leaderElectNamespace }, "a"},
		{"the namespace of the lease", []string{"--leader-elect-namespace=c"}, func(o options) any { return o.leaderElectNamespace }, "c"},
		{"the port of the webhooks", []string{"--webhook-bind-address=127.0.0.1:1234"}, func(o options) any { return o.webhookPort }, 1234},
		{"the host of the webhooks", []string{"--webhook-bind-address=[::1]:1234"}, func(o options) any { return o.webhookHost }, "::1"},
		{"the release of CoreDNS", []string{"--coredns=1.12.1"}, func(o options) any { return o.servers[0].String() }, "CoreDNS 1.12.1"},
		{"the release of node-cache", []string{"--node-local-dns=1.26.4"}, func(o options) any { return o.servers[1].String() }, "node-local-dns (node-cache 1.26.4)"},
		{"the tag of an image", []string{"--coredns=v1.11.4-eksbuild.2"}, func(o options) any { return o.servers[0].String() }, "CoreDNS 1.11.4"},
		{"both modes", []string{"--mode=observe"}, func(o options) any { return [2]mode{o.modes.ofAdmission(), o.modes.ofRollout()} }, [2]mode{observe, observe}},
		{"the mode of admission", []string{"--admission-mode=enforce", "--mode=observe"}, func(o options) any { return [2]mode{o.modes.ofAdmission(), o.modes.ofRollout()} }, [2]mode{enforce, observe}},
		{"the mode of the rollout", []string{"--rollout-mode=observe"}, func(o options) any { return [2]mode{o.modes.ofAdmission(), o.modes.ofRollout()} }, [2]mode{enforce, observe}},
		{"what is explained", []string{"--explain=always"}, func(o options) any { return o.explain }, webhook.ExplainAlways},
		{"the key policy", []string{"--key-policy=Reject"}, func(o options) any { return o.keyPolicy }, extraconfig.RejectKeys},
		{"a restart of node-local-dns", []string{"--node-local-dns-rollout=restart"}, func(o options) any { return o.policy.ReloadOnly }, false},
		{"no restart of node-local-dns", []string{"--node-local-dns-rollout=reload-only"}, func(o options) any { return o.policy.ReloadOnly }, true},
		{"the time from the signal to the end", []string{"--shutdown-delay=1s"}, func(o options) any { return o.shutdownDelay }, time.Second},
		{"the soak time", []string{"--rollout-soak=1m"}, func(o options) any { return o.policy.Soak }, time.Minute},
		{"the deadline", []string{"--rollout-deadline=1h"}, func(o options) any { return o.policy.Deadline }, time.Hour},
		{"the interval", []string{"--rollout-interval=0s"}, func(o options) any { return o.policy.Interval }, time.Duration(0)},
		{"the pods that stop a rollout", []string{"--rollout-brake-pods=1"}, func(o options) any { return o.policy.BrakePods }, 1},
		{"no canary", []string{"--rollout-canary=false"}, func(o options) any { return o.policy.Canary }, false},
		{"the share that stops a rollout", []string{"--rollout-brake-share=0.5"}, func(o options) any { return o.policy.BrakeShare }, 0.5},
		{"the time of the next try", []string{"--rollout-retry=0"}, func(o options) any { return o.policy.Retry }, time.Duration(0)},
		{"all pods at once", []string{"--allow-layer-restart"}, func(o options) any { return o.policy.AllowLayerRestart }, true},
		{"what is adopted", []string{"--adopt=never"}, func(o options) any { return o.policy.Adopt }, plan.AdoptNever},
		{"a release that is not known", []string{"--coredns=1.8.0"}, func(o options) any { return o.servers[0].String() }, "CoreDNS 1.11.3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := parseOptions(test.args, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.got(o); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestWrongOptionsAreNamedWithTheirRemedy(t *testing.T) {
	for _, test := range []struct {
		args []string
		want []string // parts of the error
	}{
		{[]string{"serve"}, []string{`unexpected argument "serve"`, "every option is a flag, see -help"}},
		{[]string{"--no-such-flag"}, []string{"-no-such-flag"}},
		{[]string{"--webhook-bind-address=9443"}, []string{"-webhook-bind-address: ", `"9443" is not of the form host:port or :port`}},
		{[]string{"--webhook-bind-address=:http"}, []string{`-webhook-bind-address: port "http" is not a number from 1 to 65535`}},
		{[]string{"--webhook-bind-address=:0"}, []string{`-webhook-bind-address: port "0" is not a number from 1 to 65535`}},
		{[]string{"--webhook-bind-address=:65536"}, []string{`-webhook-bind-address: port "65536"`}},
		{[]string{"--service-account=corewarden"}, []string{`-service-account: "corewarden" is not of the form namespace/name`}},
		{[]string{"--service-account=/corewarden"}, []string{"-service-account: ", "namespace/name"}},
		{[]string{"--service-account=corewarden/"}, []string{"-service-account: ", "namespace/name"}},
		{[]string{"--service-account=a/b/c"}, []string{"-service-account: ", "namespace/name"}},
		{[]string{"--key-policy=reject"}, []string{"-key-policy", `"reject" is not a key policy. Write Normalise or Reject`}},
		{[]string{"--mode=dry-run"}, []string{"-mode", `"dry-run" is neither observe nor enforce`}},
		{[]string{"--content=pinned", "--rollout-mode=observe"}, []string{"-content=pinned needs -mode=enforce"}},
		{[]string{"--explain=yes"}, []string{"-explain", `"yes" is none of dry-run, always and never`}},
		{[]string{"--coredns=latest"}, []string{`-coredns: "latest" is not a version of CoreDNS. Write three numbers, such as 1.15.0`}},
		{[]string{"--node-local-dns=1.26"}, []string{`-node-local-dns: "1.26" is not a version of node-cache. Write three numbers, such as 1.15.0`}},
		{[]string{"--node-local-dns-rollout=reload"}, []string{`-node-local-dns-rollout: "reload" is neither restart nor reload-only`}},
		{[]string{"--rollout-retry=-1s"}, []string{"-rollout-retry: -1s is negative"}},
		{[]string{"--rollout-brake-pods=0"}, []string{"-rollout-brake-pods: 0 is not at least 1"}},
		{[]string{"--rollout-brake-share=25"}, []string{"-rollout-brake-share: 25 is not from 0 to 1"}},
		{[]string{"--adopt=sometimes"}, []string{`-adopt: "sometimes" is neither never, auto nor always`}},
		{[]string{"--rollout-soak=-1s"}, []string{"-rollout-soak: -1s is negative"}},
		{[]string{"--shutdown-delay=-1s"}, []string{`-shutdown-delay: -1s is negative`}},
		{[]string{"--coredns=1", "--node-local-dns=2", "--service-account=3", "--webhook-bind-address=4"}, []string{"-coredns: ", "-node-local-dns: ", "-service-account: ", "-webhook-bind-address: "}},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			_, err := parseOptions(test.args, io.Discard)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not hold %q", err, part)
				}
			}
		})
	}
}

func TestReleasesThatAreNotKnownAreLoggedAtStart(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string // "" for nothing
	}{
		{[]string{"--coredns=1.8.0"}, `"CoreDNS 1.8.0 is not known: checked as 1.11.3, the oldest known release","workload":"coredns"`},
		{[]string{"--node-local-dns=9.0.0"}, `"node-cache 9.0.0 is not known: checked as head, the newest known release","workload":"node-local-dns"`},
		{nil, ""},
	} {
		var log bytes.Buffer
		// With a bad certificate it ends before it reaches for a cluster.
		dir := t.TempDir()
		for _, name := range []string{"tls.crt", "tls.key"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("bad"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := run(t.Context(), append(test.args, "--cert-dir="+dir), io.Discard, &log); err == nil {
			t.Errorf("%q: it ran with a bad certificate", test.args)
		}
		if got := log.String(); !strings.Contains(got, test.want) || test.want == "" && strings.Contains(got, "is not known") {
			t.Errorf("%q: the log is\n%s\nwant %q", test.args, got, test.want)
		}
	}
}

func TestHelpListsEveryFlag(t *testing.T) {
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-help"}, io.Discard, &stderr); err != nil {
		t.Errorf("run -help: %v", err)
	}
	if _, err := parseOptions([]string{"-help"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("error = %v, want %v", err, flag.ErrHelp)
	}
	for _, name := range []string{
		"kubeconfig", "webhook-bind-address", "metrics-bind-address", "health-bind-address", "cert-dir", "shutdown-delay",
		"service-account", "leader-elect-namespace", "coredns", "node-local-dns", "key-policy", "explain", "mode", "admission-mode", "rollout-mode",
		"node-local-dns-rollout", "rollout-soak", "rollout-deadline", "rollout-interval", "rollout-brake-pods", "rollout-brake-share", "rollout-retry", "allow-layer-restart", "adopt", "version",
	} {
		if !regexp.MustCompile(`(?m)^  -` + name + `( |$)`).Match(stderr.Bytes()) {
			t.Errorf("the help does not tell of -%s:\n%s", name, stderr.String())
		}
	}
}

func TestVersionIsPrinted(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), []string{"-version"}, &stdout, &stderr); err != nil {
		t.Error(err)
	}
	if want := "webhook devel (revision "; !strings.HasPrefix(stdout.String(), want) || stderr.Len() > 0 {
		t.Errorf("prints %q and on standard error %q, want %q", &stdout, &stderr, want)
	}
}

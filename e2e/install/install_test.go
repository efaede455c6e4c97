package install_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	watched "corewarden/cluster"
	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
)

// secret stands for what somebody's Corefile holds.
const secret = "s3cr3t"

// TestFirstInstall follows a new installation, and reads what it says about itself.
func TestFirstInstall(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	harness.Step(t, "it restarts nothing", i.installsQuietly)
	harness.Step(t, "a workload that appears later is stamped", i.stampsLatecomers)
	harness.Step(t, "a key with a wrong name is renamed, and a typo refused", i.renamesAndRefuses)
	harness.Step(t, "events tell the story", i.tellsTheStory)
	harness.Step(t, "metrics count", i.counts)
	harness.Step(t, "a dry run tells what it would change", i.explainsDryRuns)
	harness.Step(t, "it may observe first", i.observesFirst)
	harness.Step(t, "the workloads learn that the ConfigMap is gone", i.tellsOfTheDeletion)
	harness.Step(t, "but not where their pods cannot start without it", i.holdsWithoutConfigMap)
	harness.Step(t, "node-local-dns may be left to its plugin reload", i.leavesToReload)
	harness.Step(t, "a ConfigMap for one of them restarts that alone", i.rollsOutForOne)
	harness.Step(t, "the log is JSON and keeps what Corefiles hold to itself", i.logsDiscreetly)
}

func (i *installation) installsQuietly(t *testing.T) {
	harness.Eventually(t, "the controller has looked at things", func() error {
		reconciled, err := i.Product.Reconciled(t.Context())
		if err == nil && reconciled == 0 {
			err = errors.New("it has not")
		}
		return err
	})
	i.CheckRollouts(t)
	for name, rollout := range i.Expected {
		if rollout.Stamp != "" {
			t.Errorf("%s has the stamp %s before there is any content", name, rollout.Stamp)
		}
	}
	if err := errors.Join(i.Product.Ready(t.Context()), i.Product.Healthy(t.Context())); err != nil {
		t.Error(err)
	}
}

func (i *installation) stampsLatecomers(t *testing.T) {
	i.Run(t, "delete", "deployment", "coredns", "--namespace=kube-system")
	delete(i.Expected, "coredns")
	// Without CoreDNS, which goes first, node-local-dns waits.
	i.WantNoRollout(t, func() {
		i.Apply(t, harness.Manifest(t, "example.org {\n    forward . tls://10.0.0.1 {\n        tls_servername "+secret+".example.org\n    }\n}\n"))
	})
	original, err := metakube.Manifests()
	if err != nil {
		t.Fatal(err)
	}
	i.RunInput(t, original, "apply", "--server-side", "--field-manager=metakube", "--filename=-")
	i.Expected["coredns"] = harness.Rollout{Generation: 1}
	i.ExpectStamp(t, "coredns")
	i.ExpectStamp(t, "node-local-dns")
	i.AwaitStamps(t)
}

func (i *installation) renamesAndRefuses(t *testing.T) {
	i.WantRollout(t, func() {
		i.Apply(t, strings.Replace(harness.Manifest(t, harness.Forwarding("10.0.0.2")), "Corefile", "example.org", 1))
	})
	i.WantRefusal(t, func() error {
		_, err := i.KubectlInput(t.Context(), harness.Manifest(t, strings.ReplaceAll(harness.Typo, "forwrad", secret)), "replace", "--filename=-")
		return err
	}, `unknown plugin "`+secret+`"`)
}

// tellsTheStory reads what a person would see.
func (i *installation) tellsTheStory(t *testing.T) {
	for object, want := range map[string][]string{
		"configmap/dns-extra-configs": {"Validated", "is valid for CoreDNS", "KeysRenamed", `key "example.org" renamed to "example.org.Corefile"`, "RolloutStarted", "RolloutStageComplete", "Deployment coredns runs v1:", "RolloutComplete", "is rolled out; it took", "stamped Deployment coredns with v1:", "stamped DaemonSet node-local-dns with v1:"},
		"deployment/coredns":          {"RolloutStarted", "kube-system/dns-extra-configs changed: stamped Deployment coredns with v1:", "(was unstamped)"},
		"daemonset/node-local-dns":    {"RolloutStarted", "kube-system/dns-extra-configs changed: stamped DaemonSet node-local-dns with v1:", "(was unstamped)"},
	} {
		i.AwaitDescribe(t, object, want...)
	}
}

func (i *installation) counts(t *testing.T) {
	for _, tt := range []struct {
		metric string
		labels []string
		want   float64
	}{
		{"corewarden_admissions_total", []string{"webhook=keys", "verdict=changed", "rule=key-name"}, 1},
		{"corewarden_admissions_total", []string{"webhook=content", "verdict=warned", "rule=missing-bind"}, 2},
		{"corewarden_admissions_total", []string{"webhook=content", "verdict=denied", "rule=unknown-plugin"}, 1},
		{"corewarden_admissions_total", []string{"webhook=content"}, 3},
		{"corewarden_stamps_total", []string{"workload=coredns"}, 2},
		{"corewarden_stamps_total", []string{"workload=node-local-dns"}, 2},
		{"corewarden_stamps_reimposed_total", nil, 0},
		{"corewarden_change_to_stamp_seconds", []string{"workload=coredns"}, 2},
		{"corewarden_rollouts_total", []string{"workload=coredns", "result=complete"}, 2},
		{"corewarden_rollouts_total", []string{"result=failed"}, 0},
		{"corewarden_rollout_held", nil, 0},
		{"corewarden_invalid_content", nil, 0},
	} {
		if got := i.Metric(t, tt.metric, tt.labels...); got != tt.want {
			t.Errorf("%s%v is %v, not %v", tt.metric, tt.labels, got, tt.want)
		}
	}
	expiry := time.Unix(int64(i.Metric(t, "corewarden_certificate_expiry_timestamp_seconds")), 0)
	if left := time.Until(expiry); left < 24*time.Hour || left > 2*366*24*time.Hour {
		t.Errorf("the certificate expires in %v, says the metric; it is good for a year", left)
	}
}

func (i *installation) tellsOfTheDeletion(t *testing.T) {
	i.WantRollout(t, func() { i.Remove(t) })
	const note = "kube-system/dns-extra-configs was deleted: stamped "
	i.AwaitDescribe(t, "deployment/coredns", note)
	i.AwaitDescribe(t, "daemonset/node-local-dns", note)
}

// holdsWithoutConfigMap deletes the ConfigMap while pods need it.
func (i *installation) holdsWithoutConfigMap(t *testing.T) {
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.3"))) })
	const required, optional = `{"name":"dns-extra-configs","optional":false}`, `{"name":"dns-extra-configs","optional":true}`
	workloads := map[string]string{"coredns": "deployment/coredns", "node-local-dns": "daemonset/node-local-dns"}
	held := func(names ...string) {
		t.Helper()
		harness.Eventually(t, fmt.Sprint("held are ", names), func() error {
			for name := range workloads {
				want := 0.0
				if slices.Contains(names, name) {
					want = 1
				}
				if got := i.Metric(t, "corewarden_rollout_held", "workload="+name, "reason=ConfigMapRequired"); got != want {
					return fmt.Errorf("of %s the metric says %v, not %v", name, got, want)
				}
			}
			return nil
		})
	}
	for _, workload := range workloads {
		i.Mount(t, workload, "configMap", required)
	}
	i.Expected = i.Rollouts(t)
	i.Remove(t)
	held("coredns", "node-local-dns")
	for _, workload := range workloads {
		i.AwaitDescribe(t, workload, "RolloutHeld", "its volume of the ConfigMap is not optional, so new pods could not start without it", "Create the ConfigMap again, or make the volume of")
	}
	i.CheckRollouts(t)

	i.Mount(t, workloads["coredns"], "configMap", optional)
	i.Expected["coredns"] = harness.Rollout{Stamp: extraconfig.EmptyHash, Generation: i.Expected["coredns"].Generation + 2} // one is the mount's
	i.AwaitStamps(t)
	held("node-local-dns")
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.4"))) })
	held()
}

// leavesToReload restarts the webhook with a flag, and without it.
func (i *installation) leavesToReload(t *testing.T) {
	restart := func(how string) {
		if err := i.Product.Restart(t.Context(), "-node-local-dns-rollout="+how); err != nil {
			t.Fatal(err)
		}
	}
	restart("reload-only")
	i.Remove(t)
	i.ExpectStamp(t, "coredns")
	i.AwaitStamps(t)
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.5")))
	i.ExpectStamp(t, "coredns")
	i.AwaitDescribe(t, "configmap/dns-extra-configs", "is rolled out; it took", "DaemonSet node-local-dns loads it with its plugin reload")
	i.CheckRollouts(t)
	if n := i.Metric(t, "corewarden_stamps_total", "workload=node-local-dns") + i.Metric(t, "corewarden_rollout_pending_seconds"); n != 0 {
		t.Errorf("node-local-dns was stamped, or is waited for: %v", n)
	}
	restart("restart")
	i.ExpectStamp(t, "node-local-dns")
	i.AwaitStamps(t)
}

// rollsOutForOne has CoreDNS load a ConfigMap that node-local-dns does not.
func (i *installation) rollsOutForOne(t *testing.T) {
	i.Mount(t, "deployment/coredns", "projected", `{"sources": [
		{"configMap": {"name": "dns-extra-configs", "optional": true}}, {"configMap": {"name": "coredns-extra-configs", "optional": true}}]}`)
	i.Expected = i.Rollouts(t)
	own := corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "coredns-extra-configs", Namespace: "kube-system"},
		Data:       map[string]string{"own.Corefile": "warehouse.example {\n    acl\n}\n"},
	}
	i.RunInput(t, harness.Encode(t, own), "apply", "--filename=-")
	deployment, err := i.API.AppsV1().Deployments("kube-system").Get(t.Context(), "coredns", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	loaded := extraconfig.Cluster{ConfigMaps: map[string]extraconfig.ConfigMap{own.Name: {Data: own.Data}}}
	i.Expected["coredns"] = harness.Rollout{Stamp: loaded.Stamp(watched.OfDeployment(deployment), i.Stored(t).Hash()), Generation: i.Expected["coredns"].Generation + 1}
	i.AwaitStamps(t)
	i.AwaitDescribe(t, "configmap/dns-extra-configs", "kube-system/dns-extra-configs or coredns-extra-configs changed: stamped Deployment coredns")

	if err := i.Product.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.WantNoRollout(t, func() {
		i.Run(t, "annotate", "configmap", own.Name, "--namespace=kube-system", "example.org/note=1")
		i.Run(t, "annotate", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=1")
	})
	i.Run(t, "delete", "configmap", own.Name, "--namespace=kube-system")
	i.ExpectStamp(t, "coredns")
	i.AwaitStamps(t)
}

func (i *installation) logsDiscreetly(t *testing.T) {
	i.BreakGlass(t)
	i.Apply(t, harness.Manifest(t, strings.ReplaceAll(harness.Typo, "forwrad", secret)))
	i.AwaitDescribe(t, "configmap/dns-extra-configs", "InvalidContent", secret) // whoever reads it may read the ConfigMap

	config, err := i.API.AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), "corewarden", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(*config.Webhooks[0].ClientConfig.URL)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte("this is no TLS\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"content is invalid", "Found a problem", "Renamed a key", "TLS handshake error"} {
		harness.Eventually(t, "the log tells of "+text, func() error {
			if !strings.Contains(i.Product.Log(), text) {
				return errors.New("it does not")
			}
			return nil
		})
	}
	for line := range strings.Lines(i.Product.Log()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("the log has a line that is no JSON: %s", line)
		}
		for _, text := range []string{secret, "tls_servername", "forward"} {
			if strings.Contains(line, text) {
				t.Errorf("the log has %q from a Corefile: %s", text, line)
			}
		}
	}
}

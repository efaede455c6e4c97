package e2e_test

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
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
)

// secret stands for what somebody's Corefile holds.
const secret = "s3cr3t"

// TestFirstInstall follows a new installation, and reads what it says about itself.
func TestFirstInstall(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	inOrder(t, []step{
		{"it restarts nothing", i.installsQuietly},
		{"a workload that appears later is stamped", i.stampsLatecomers},
		{"a key with a wrong name is renamed, and a typo refused", i.renamesAndRefuses},
		{"events tell the story", i.tellsTheStory},
		{"metrics count", i.counts},
		{"a dry run tells what it would change", i.explainsDryRuns},
		{"it may observe first", i.observesFirst},
		{"the workloads learn that the ConfigMap is gone", i.tellsOfTheDeletion},
		{"but not where their pods cannot start without it", i.holdsWithoutConfigMap},
		{"node-local-dns may be left to its plugin reload", i.leavesToReload},
		{"a ConfigMap for one of them restarts that alone", i.rollsOutForOne},
		{"the log is JSON and keeps what Corefiles hold to itself", i.logsDiscreetly},
	})
}

func (i *installation) installsQuietly(t *testing.T) {
	eventually(t, "the controller has looked at things", func() error {
		reconciled, err := i.product.Reconciled(t.Context())
		if err == nil && reconciled == 0 {
			err = errors.New("it has not")
		}
		return err
	})
	i.asExpected(t)
	for name, rollout := range i.expected {
		if rollout.stamp != "" {
			t.Errorf("%s has the stamp %s before there is any content", name, rollout.stamp)
		}
	}
	if err := errors.Join(i.product.Ready(t.Context()), i.product.Healthy(t.Context())); err != nil {
		t.Error(err)
	}
}

func (i *installation) stampsLatecomers(t *testing.T) {
	i.run(t, "delete", "deployment", "coredns", "--namespace=kube-system")
	delete(i.expected, "coredns")
	// Without CoreDNS, which goes first, node-local-dns waits.
	i.restartsNothing(t, func() {
		i.apply(t, manifest(t, "example.org {\n    forward . tls://10.0.0.1 {\n        tls_servername "+secret+".example.org\n    }\n}\n"))
	})
	original, err := metakube.Manifests()
	if err != nil {
		t.Fatal(err)
	}
	i.runInput(t, original, "apply", "--server-side", "--field-manager=metakube", "--filename=-")
	i.expected["coredns"] = rollout{generation: 1}
	i.expectStamp(t, "coredns")
	i.expectStamp(t, "node-local-dns")
	i.awaitStamps(t)
}

func (i *installation) renamesAndRefuses(t *testing.T) {
	i.rollsOut(t, func() { i.apply(t, strings.Replace(manifest(t, forwarding("10.0.0.2")), "Corefile", "example.org", 1)) })
	i.refuses(t, func() error {
		_, err := i.KubectlInput(t.Context(), manifest(t, strings.ReplaceAll(typo, "forwrad", secret)), "replace", "--filename=-")
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
		i.describes(t, object, want...)
	}
}

// describes waits until kubectl says something about an object, since events come late.
func (i *installation) describes(t *testing.T, object string, texts ...string) {
	t.Helper()
	eventually(t, "kubectl describes "+object, func() error {
		out := i.run(t, "describe", object, "--namespace=kube-system")
		for _, text := range texts {
			if !strings.Contains(out, text) {
				return fmt.Errorf("there is no %q in\n%s", text, out)
			}
		}
		return nil
	})
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
		if got := i.metric(t, tt.metric, tt.labels...); got != tt.want {
			t.Errorf("%s%v is %v, not %v", tt.metric, tt.labels, got, tt.want)
		}
	}
	expiry := time.Unix(int64(i.metric(t, "corewarden_certificate_expiry_timestamp_seconds")), 0)
	if left := time.Until(expiry); left < 24*time.Hour || left > 2*366*24*time.Hour {
		t.Errorf("the certificate expires in %v, says the metric; it is good for a year", left)
	}
}

func (i *installation) tellsOfTheDeletion(t *testing.T) {
	i.rollsOut(t, func() { i.remove(t) })
	const note = "kube-system/dns-extra-configs was deleted: stamped "
	i.describes(t, "deployment/coredns", note)
	i.describes(t, "daemonset/node-local-dns", note)
}

// holdsWithoutConfigMap deletes the ConfigMap while pods need it.
func (i *installation) holdsWithoutConfigMap(t *testing.T) {
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.0.3"))) })
	const required, optional = `{"name":"dns-extra-configs","optional":false}`, `{"name":"dns-extra-configs","optional":true}`
	workloads := map[string]string{"coredns": "deployment/coredns", "node-local-dns": "daemonset/node-local-dns"}
	held := func(names ...string) {
		t.Helper()
		eventually(t, fmt.Sprint("held are ", names), func() error {
			for name := range workloads {
				want := 0.0
				if slices.Contains(names, name) {
					want = 1
				}
				if got := i.metric(t, "corewarden_rollout_held", "workload="+name, "reason=ConfigMapRequired"); got != want {
					return fmt.Errorf("of %s the metric says %v, not %v", name, got, want)
				}
			}
			return nil
		})
	}
	for _, workload := range workloads {
		i.mount(t, workload, "configMap", required)
	}
	i.expected = i.rollouts(t)
	i.remove(t)
	held("coredns", "node-local-dns")
	for _, workload := range workloads {
		i.describes(t, workload, "RolloutHeld", "its volume of the ConfigMap is not optional, so new pods could not start without it", "Create the ConfigMap again, or make the volume of")
	}
	i.asExpected(t)

	i.mount(t, workloads["coredns"], "configMap", optional)
	i.expected["coredns"] = rollout{extraconfig.EmptyHash, i.expected["coredns"].generation + 2} // one is the mount's
	i.awaitStamps(t)
	held("node-local-dns")
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.0.4"))) })
	held()
}

// leavesToReload restarts the webhook with a flag, and without it.
func (i *installation) leavesToReload(t *testing.T) {
	restart := func(how string) {
		if err := i.product.Restart(t.Context(), "-node-local-dns-rollout="+how); err != nil {
			t.Fatal(err)
		}
	}
	restart("reload-only")
	i.remove(t)
	i.expectStamp(t, "coredns")
	i.awaitStamps(t)
	i.apply(t, manifest(t, forwarding("10.0.0.5")))
	i.expectStamp(t, "coredns")
	i.describes(t, "configmap/dns-extra-configs", "is rolled out; it took", "DaemonSet node-local-dns loads it with its plugin reload")
	i.asExpected(t)
	if n := i.metric(t, "corewarden_stamps_total", "workload=node-local-dns") + i.metric(t, "corewarden_rollout_pending_seconds"); n != 0 {
		t.Errorf("node-local-dns was stamped, or is waited for: %v", n)
	}
	restart("restart")
	i.expectStamp(t, "node-local-dns")
	i.awaitStamps(t)
}

// rollsOutForOne has CoreDNS load a ConfigMap that node-local-dns does not.
func (i *installation) rollsOutForOne(t *testing.T) {
	i.mount(t, "deployment/coredns", "projected", `{"sources": [
		{"configMap": {"name": "dns-extra-configs", "optional": true}}, {"configMap": {"name": "coredns-extra-configs", "optional": true}}]}`)
	i.expected = i.rollouts(t)
	own := corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "coredns-extra-configs", Namespace: "kube-system"},
		Data:       map[string]string{"own.Corefile": "warehouse.example {\n    acl\n}\n"},
	}
	i.runInput(t, encode(t, own), "apply", "--filename=-")
	deployment, err := i.api.AppsV1().Deployments("kube-system").Get(t.Context(), "coredns", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	loaded := extraconfig.Cluster{ConfigMaps: map[string]extraconfig.ConfigMap{own.Name: {Data: own.Data}}}
	i.expected["coredns"] = rollout{loaded.Stamp(watched.OfDeployment(deployment), i.stored(t).Hash()), i.expected["coredns"].generation + 1}
	i.awaitStamps(t)
	i.describes(t, "configmap/dns-extra-configs", "kube-system/dns-extra-configs or coredns-extra-configs changed: stamped Deployment coredns")

	if err := i.product.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.restartsNothing(t, func() {
		i.run(t, "annotate", "configmap", own.Name, "--namespace=kube-system", "example.org/note=1")
		i.run(t, "annotate", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=1")
	})
	i.run(t, "delete", "configmap", own.Name, "--namespace=kube-system")
	i.expectStamp(t, "coredns")
	i.awaitStamps(t)
}

func (i *installation) logsDiscreetly(t *testing.T) {
	i.breakGlass(t)
	i.apply(t, manifest(t, strings.ReplaceAll(typo, "forwrad", secret)))
	i.describes(t, "configmap/dns-extra-configs", "InvalidContent", secret) // whoever reads it may read the ConfigMap

	config, err := i.api.AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), "corewarden", metav1.GetOptions{})
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
		eventually(t, "the log tells of "+text, func() error {
			if !strings.Contains(i.product.Log(), text) {
				return errors.New("it does not")
			}
			return nil
		})
	}
	for line := range strings.Lines(i.product.Log()) {
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

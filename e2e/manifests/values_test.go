package manifests_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	webhook   = "Deployment corewarden/corewarden-webhook spec"
	pod       = webhook + ".template.spec"
	container = pod + ".containers[webhook]"
)

// changes are what each value of the chart changes, and nothing else.
var changes = []struct {
	value, json string
	want        []string
}{
	{"image.repository", `"registry.example.org/webhook"`, []string{
		`- ` + container + `.image: "corewarden/webhook:latest"`,
		`+ ` + container + `.image: "registry.example.org/webhook:latest"`,
	}},
	{"image.tag", `"v1"`, []string{
		`- ` + container + `.image: "corewarden/webhook:latest"`,
		`+ ` + container + `.image: "corewarden/webhook:v1"`,
	}},
	{"image.digest", `"sha256:` + strings.Repeat("0", 64) + `"`, []string{
		`- ` + container + `.image: "corewarden/webhook:latest"`,
		`+ ` + container + `.image: "corewarden/webhook@sha256:` + strings.Repeat("0", 64) + `"`,
	}},
	{"image.pullPolicy", `"Always"`, []string{`+ ` + container + `.imagePullPolicy: "Always"`}},
	{"imagePullSecrets", `[{"name":"registry"}]`, []string{`+ ` + pod + `.imagePullSecrets[registry].name: "registry"`}},
	{"certificates.mode", `"provided"`, []string{
		`- Certificate corewarden/corewarden-ca`,
		`- Certificate corewarden/corewarden-webhook`,
		`- Issuer corewarden/corewarden-ca`,
		`- Issuer corewarden/corewarden-self-signed`,
		`- MutatingWebhookConfiguration corewarden metadata.annotations.cert-manager.io/inject-ca-from: "corewarden/corewarden-webhook"`,
		`- ValidatingWebhookConfiguration corewarden metadata.annotations.cert-manager.io/inject-ca-from: "corewarden/corewarden-webhook"`,
	}},
	{"flags.coredns", `"1.11.3"`, []string{
		`- ` + container + `.args: "--coredns=1.15.0"`,
		`+ ` + container + `.args: "--coredns=1.11.3"`,
	}},
	{"flags.node-local-dns", `"head"`, []string{
		`- ` + container + `.args: "--node-local-dns=1.26.7"`,
		`+ ` + container + `.args: "--node-local-dns=head"`,
	}},
	{"flags.key-policy", `"Reject"`, []string{`+ ` + container + `.args: "--key-policy=Reject"`}},
	{"flags.explain", `"always"`, []string{`+ ` + container + `.args: "--explain=always"`}},
	{"flags.node-local-dns-rollout", `"reload-only"`, []string{`+ ` + container + `.args: "--node-local-dns-rollout=reload-only"`}},
	{"flags.rollout-soak", `"1m"`, []string{`+ ` + container + `.args: "--rollout-soak=1m"`}},
	{"flags.rollout-deadline", `"10m"`, []string{`+ ` + container + `.args: "--rollout-deadline=10m"`}},
	{"flags.rollout-brake-pods", `1`, []string{`+ ` + container + `.args: "--rollout-brake-pods=1"`}},
	{"flags.rollout-brake-share", `0.5`, []string{`+ ` + container + `.args: "--rollout-brake-share=0.5"`}},
	{"flags.rollout-retry", `"1h"`, []string{`+ ` + container + `.args: "--rollout-retry=1h"`}},
	{"mode", `"observe"`, elsewhere},   // see TestComponentsEqualKustomize
	{"content", `"pinned"`, elsewhere}, // likewise
	{"flags.admission-mode", `"observe"`, []string{
		`- ValidatingWebhookConfiguration corewarden webhooks[validate.corewarden.io].failurePolicy: "Fail"`,
		`+ ` + container + `.args: "--admission-mode=observe"`,
		`+ ValidatingWebhookConfiguration corewarden webhooks[validate.corewarden.io].failurePolicy: "Ignore"`,
	}},
	{"flags.rollout-mode", `"observe"`, []string{`+ ` + container + `.args: "--rollout-mode=observe"`}},
	{"flags.rollout-canary", `false`, []string{`+ ` + container + `.args: "--rollout-canary=false"`}},
	{"flags.allow-layer-restart", `true`, []string{`+ ` + container + `.args: "--allow-layer-restart=true"`}},
	{"flags.adopt", `"never"`, []string{`+ ` + container + `.args: "--adopt=never"`}},
	{"flags.rollout-interval", `"1m30s"`, []string{`+ ` + container + `.args: "--rollout-interval=1m30s"`}},
	{"baseConfigMaps", `["coredns-base"]`, []string{
		`- ValidatingWebhookConfiguration corewarden webhooks[stored.corewarden.io].matchConditions[dns-workloads-and-their-corefiles].expression: ` + stored(""),
		`+ Role kube-system/corewarden rules[0].resourceNames: "coredns-base"`,
		`+ ValidatingWebhookConfiguration corewarden webhooks[stored.corewarden.io].matchConditions[dns-workloads-and-their-corefiles].expression: ` + stored(", 'ConfigMap/coredns-base'"),
	}},
	{"replicas", `3`, []string{`- ` + webhook + `.replicas: 2`, `+ ` + webhook + `.replicas: 3`}},
	{"resources.requests", `{"cpu":1}`, []string{
		`- ` + container + `.resources.requests.cpu: "50m"`,
		`+ ` + container + `.resources.requests.cpu: 1`,
	}},
	{"resources.limits", `{"memory":"1Gi"}`, []string{
		`- ` + container + `.resources.limits.memory: "256Mi"`,
		`+ ` + container + `.resources.limits.memory: "1Gi"`,
	}},
	{"priorityClassName", `""`, []string{`- ` + pod + `.priorityClassName: "system-cluster-critical"`}},
	{"nodeSelector", `{"pool":"system"}`, []string{`+ ` + pod + `.nodeSelector.pool: "system"`}},
	{"tolerations", `[]`, []string{
		`- ` + pod + `.tolerations[0].key: "CriticalAddonsOnly"`,
		`- ` + pod + `.tolerations[0].operator: "Exists"`,
		`- ` + pod + `.tolerations[1].effect: "NoSchedule"`,
		`- ` + pod + `.tolerations[1].key: "node-role.kubernetes.io/control-plane"`,
		`- ` + pod + `.tolerations[1].operator: "Exists"`,
	}},
	{"podLabels", `{"team":"dns"}`, []string{`+ ` + webhook + `.template.metadata.labels.team: "dns"`}},
	{"podAnnotations", `{"example.org/a":"b"}`, []string{`+ ` + webhook + `.template.metadata.annotations.example.org/a: "b"`}},
	{"hostNetwork", `true`, []string{
		`+ ` + antiAffinity + `.labelSelector.matchLabels.app.kubernetes.io/component: "webhook"`,
		`+ ` + antiAffinity + `.labelSelector.matchLabels.app.kubernetes.io/name: "corewarden"`,
		`+ ` + antiAffinity + `.topologyKey: "kubernetes.io/hostname"`,
		`+ ` + pod + `.hostNetwork: true`,
	}},
	{"ports.webhook", `10250`, port("webhook", 9443, 10250)},
	{"ports.metrics", `18080`, port("metrics", 8080, 18080)},
	{"ports.health", `18081`, port("health", 8081, 18081)},
	{"networkPolicy.enabled", `false`, []string{`- NetworkPolicy corewarden/corewarden`}},
	{"resourceQuota.enabled", `false`, []string{`- ResourceQuota corewarden/system-cluster-critical`}},
	{"prometheus.podMonitor", `true`, []string{`+ PodMonitor corewarden/corewarden`}},
	{"prometheus.rules", `true`, []string{`+ PrometheusRule corewarden/corewarden`}},
	{"prometheus.labels", `{"release":"prometheus"}`, nil}, // see TestPrometheusIsSelected
}

// elsewhere says that another test shows what a value changes.
var elsewhere = []string{"elsewhere"}

const antiAffinity = pod + ".affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"

func port(name string, before, after int) []string {
	argument, number := container+`.args: "--%s-bind-address=:%d"`, container+`.ports[%s].containerPort: %d`
	return []string{
		fmt.Sprintf("- "+argument, name, before), fmt.Sprintf("- "+number, name, before),
		fmt.Sprintf("+ "+argument, name, after), fmt.Sprintf("+ "+number, name, after),
	}
}

func stored(more string) string {
	return `"(request.operation == 'DELETE' ? 'deleted/' + oldObject.?metadata.?name.orValue('') : ` +
		`request.kind.kind + '/' + object.?metadata.?name.orValue('')) in ['Deployment/coredns', 'DaemonSet/node-local-dns', ` +
		`'deleted/dns-extra-configs', 'deleted/coredns-extra-configs', 'deleted/node-local-dns-extra-configs', ` +
		`'ConfigMap/coredns', 'ConfigMap/node-local-dns', 'ConfigMap/kube-dns'` + more + `]"`
}

func TestEachValueChangesWhatItSays(t *testing.T) {
	t.Parallel()
	standard := helmTemplate(t)
	for _, change := range changes {
		t.Run(change.value, func(t *testing.T) {
			t.Parallel()
			if slices.Equal(change.want, elsewhere) {
				return
			}
			got := difference(standard, helmTemplate(t, change.value+"="+change.json))
			if !slices.Equal(got, change.want) {
				t.Errorf("it changes\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(change.want, "\n"))
			}
		})
	}
}

func TestEveryValueIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, change := range changes {
		tested[change.value] = true
	}
	var values []string
	for _, value := range schema(t) {
		values = append(values, value.name)
	}
	slices.Sort(values)
	if got := slices.Sorted(maps.Keys(tested)); !slices.Equal(got, values) {
		t.Errorf("tested are\n%s\nand the schema has\n%s", got, values)
	}
}

func TestPrometheusIsSelected(t *testing.T) {
	t.Parallel()
	objects := helmTemplate(t, "prometheus.podMonitor=true", "prometheus.rules=true", `prometheus.labels={"release":"prometheus"}`)
	for _, key := range []string{"PodMonitor corewarden/corewarden", "PrometheusRule corewarden/corewarden"} {
		object := objects.get(t, key)
		if got := object.GetLabels()["release"]; got != "prometheus" {
			t.Errorf("%s has the label release=%q", key, got)
		}
	}
}

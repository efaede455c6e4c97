package admission_test

import (
	"encoding/json"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
)

const ownNodeCache = "ConfigMap node-local-dns, key Corefile"

// judgesByPlaceholder has node-local-dns listen on what node-cache puts instead of
// placeholders in its own Corefile: who has a zone there must not have it twice.
func (i *installation) judgesByPlaceholder(t *testing.T) {
	on := func(address string) string {
		return "warehouse.example {\n    bind " + address + "\n    whoami\n}\n"
	}
	const (
		second = "10.240.16.10" // kube-dns, where node-local-dns answers in its place
		served = `"warehouse.example" on port 53 is already served in ` + ownNodeCache
	)
	i.localIP(t, "169.254.20.10,"+second)
	i.patchBase(t, "node-local-dns", "in-addr.arpa:53", "warehouse.example:53")
	i.tries(
		t,
		try{name: "the address that the base has", corefile: on("169.254.20.10"), refused: served},
		try{name: "one that it has not", corefile: on(second), refused: "(bind-elsewhere"},
	)
	i.patchBase(t, "node-local-dns", "bind 169.254.20.10", "bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__")
	i.tries(t, try{name: "all of -localip", corefile: on(second), refused: served})
	i.localIP(t, "169.254.20.11")
	i.tries(
		t,
		try{name: "an address that went from -localip", corefile: on("169.254.20.10"), warned: "(pod-address"},
		try{name: "one that came", corefile: on("169.254.20.11"), refused: served},
	)
	i.localIP(t, "169.254.20.10,"+second)

	upstream := func() string {
		return i.Run(t, "get", "service", "kube-dns-upstream", "--namespace=kube-system", "--output=jsonpath={.spec.clusterIP}")
	}
	before := upstream()
	i.patchBase(t, "node-local-dns", "bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__", "bind __PILLAR__CLUSTER__DNS__")
	i.tries(t, try{name: "the Service's address", corefile: on(before), refused: served})
	i.Run(t, "delete", "service", "kube-dns-upstream", "--namespace=kube-system")
	i.Run(t, "create", "service", "clusterip", "kube-dns-upstream", "--namespace=kube-system", "--tcp=53", "--clusterip=10.240.31.254")
	loop := func(address string) string { return "shop.example {\n    forward . " + address + "\n}\n" }
	i.tries(
		t,
		try{name: "an address that the Service had", corefile: on(before), warned: "(pod-address"},
		try{name: "one that it has", corefile: on(upstream()), refused: served},
		try{name: "queries that go to it", corefile: loop(upstream()), warned: "(forwarding-loop"},
		try{name: "queries that go to where it was", corefile: loop(before)},
		try{name: "a placeholder that nobody replaces", corefile: loop("__PILLAR__CLUSTER__DNS__"), refused: `"__PILLAR__CLUSTER__DNS__" is an unreplaced placeholder. Write an IP address (invalid-value; stops node-local-dns`},
	)
	i.restore(t, "daemonset/node-local-dns")
}

// localIP gives node-cache other addresses.
func (i *installation) localIP(t *testing.T, addresses string) {
	t.Helper()
	i.Run(t, "patch", "daemonset", "node-local-dns", "--namespace=kube-system", "--type=json",
		`--patch=[{"op":"replace","path":"/spec/template/spec/containers/0/args/1","value":"`+addresses+`"}]`)
}

// judgesByKubeDNS has node-cache read the ConfigMap kube-dns, which has the servers for the
// placeholder __PILLAR__UPSTREAM__SERVERS__, too.
func (i *installation) judgesByKubeDNS(t *testing.T) {
	i.Run(t, "patch", "daemonset", "node-local-dns", "--namespace=kube-system", `--patch={"spec":{"template":{"spec":{
		"volumes":[{"name":"kube-dns","configMap":{"name":"kube-dns","optional":true}}],
		"containers":[{"name":"node-cache","volumeMounts":[{"name":"kube-dns","mountPath":"/etc/kube-dns"}]}]}}}}`)
	const corp = "corp.example {\n    whoami\n}\n"
	i.tries(t, try{name: "without it", corefile: corp})
	var upstreams []string // one more than forward takes
	for n := range 16 {
		upstreams = append(upstreams, fmt.Sprint("10.0.0.", n))
	}
	for _, kubeDNS := range []struct {
		upstreams []string
		try       try
	}{
		{upstreams[:15], try{name: "a stub domain", corefile: corp, refused: "(zone-overlap; stops node-local-dns (node-cache 1.26.7))"}},
		{upstreams, try{name: "too many upstream servers", corefile: corp, warned: "(wrong-arguments) (broken-base)"}},
	} {
		servers, err := json.Marshal(kubeDNS.upstreams)
		if err != nil {
			t.Fatal(err)
		}
		i.RunInput(t, harness.Encode(t, corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: "kube-dns", Namespace: "kube-system"},
			Data:       map[string]string{"stubDomains": `{"corp.example": ["10.0.0.53"]}`, "upstreamNameservers": string(servers)},
		}), "apply", "--filename=-")
		i.tries(t, kubeDNS.try)
	}
	i.Run(t, "delete", "configmap", "kube-dns", "--namespace=kube-system")
	i.restore(t, "daemonset/node-local-dns")
}

// judgesWithoutWorkload deletes node-local-dns. From then on it counts as the newest release,
// which loads what MetaKube has it load.
func (i *installation) judgesWithoutWorkload(t *testing.T) {
	const (
		failover  = "shop.example {\n    forward . 10.0.0.1 {\n        failover SERVFAIL\n    }\n}\n"
		warehouse = "warehouse.example {\n    whoami\n}\n"
		own       = "node-local-dns-extra-configs"
	)
	i.SetImage(t, "daemonset/node-local-dns", "registry.k8s.io/dns/k8s-dns-node-cache:1.24.0")
	i.tries(t, try{name: "the live release", corefile: failover, refused: `node-cache 1.24.0 has no property "failover"`})
	i.RunInput(t, harness.Encode(t, corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: own, Namespace: "kube-system"},
		Data:       map[string]string{"own.Corefile": warehouse},
	}), "apply", "--filename=-")
	i.tries(t, try{name: "the live mounts", corefile: warehouse})
	i.Run(t, "delete", "daemonset", "node-local-dns", "--namespace=kube-system")
	i.tries(
		t,
		try{name: "the newest release", corefile: failover},
		try{name: "its plugins", corefile: "shop.example {\n    acl\n}\n", refused: `node-cache 1.26.7 has no plugin "acl"`},
		try{name: "the usual mounts", corefile: warehouse, refused: `is already served on line 1 of "` + own + `/own.Corefile"`},
		try{name: "no Corefile of its own", corefile: "in-addr.arpa {\n    whoami\n}\n", warned: "(shadowed-zone"},
	)
	i.restore(t, "daemonset/node-local-dns")
	i.tries(
		t,
		try{name: "the live mounts again", corefile: warehouse},
		try{name: "its own Corefile again", corefile: "in-addr.arpa {\n    whoami\n}\n", refused: "(zone-overlap; stops node-local-dns (node-cache 1.26.7))"},
	)
	i.Run(t, "delete", "configmap", own, "--namespace=kube-system")
}

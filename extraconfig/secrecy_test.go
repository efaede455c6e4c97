package extraconfig_test

import (
	"fmt"
	"strings"
	"testing"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestOthersAreNotQuoted holds that a verdict does not tell what the server's own Corefile says,
// nor what another ConfigMap does: whoever reaches the port can ask for one.
func TestOthersAreNotQuoted(t *testing.T) {
	t.Parallel()
	const (
		block     = "sesame.example:1053 {\n log sesame.example sesame\n errors\n}\n"
		importing = "import /etc/coredns/extra-configs/*Corefile\n"
	)
	bases := map[string]string{
		"inside":               "sesame.example {\n errors\n import /etc/coredns/extra-configs/*Corefile\n log sesame.example\n}\n",
		"a zone without block": "sesame.example\n" + importing,
		"another port":         importing + "tls://sesame.example:1054 {\n tls sesame sesame\n}\n",
		"first":                importing + block, "last": block + importing,
		"a snippet":       "(sesame) {\n log sesame.example\n}\n" + importing + block,
		"a broken block":  importing + "sesame.example {\n sesame sesame\n}\n",
		"a broken plugin": importing + "sesame.example {\n cache sesame sesame {\n  sesame\n }\n}\n",
		"an open block":   importing + "sesame.example {\n log\n",
		"a comma":         "sesame.example,\n" + importing,
		"not a zone":      importing + "sesame..example {\n}\n",
	}
	texts := []string{
		"", "a.org {\n log\n}\n", "a.org {\n forwrad\n}\n", "a.org {\n log\n", "a.org", "a.org,", "a.org,\n", "}", "{", "log\n}\n", "log\n}\nb.org {\n log\n",
		"a.org {\n hosts {\n", "import nowhere\n", "import *\n", "(sesam) {\n}\n", "(s) {\n log\n}\na.org {\n import sesamf\n}\n", "log", "errors\n", "cache {\n", "log {\n}\nerrors\n",
		"a.org {\n log \"", "a.org b.org {\n}\n.:1053 {\n}\n", "org {\n}\n", ". {\n}\n", "example:1053 {\n bind 127.0.0.1\n}\n", "tls://a.org:1054 {\n}\n", "tls://a.org:1054 {\n tls /a /b\n}\n",
	}
	for where, base := range bases {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				k := onlyCoreDNS(t, base)
				k.Sources = nil
				for _, p := range k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}) {
					if said := fmt.Sprint(p.Message, p.Suggestion); strings.Contains(said, "sesame") {
						t.Errorf("to %q it says %s: %s", text, p.Rule, said)
					}
				}
			}
		})
	}
}

// Nor does a verdict tell what others say where it tells what becomes of queries.
func TestOthersAreNotQuotedOnTheWayOfAQuery(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, judged, upstream, text, rule string }{
		{"in a loop", extraconfig.CoreDNSName, "__PILLAR__CLUSTER__DNS__", "a.sesame {\n forward . 169.254.20.10\n}\n", "forwarding-loop"},
		{"past a block", extraconfig.Name, "/etc/sesame.conf", "a.sesame {\n bind lo\n forward . 10.0.0.53\n}\n", "unreachable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			k.Services["kube-dns-upstream"] = "10.240.16.11"
			own := k.ConfigMaps["node-local-dns"].Data["Corefile"]
			own = strings.NewReplacer(".:53 {", "sesame:53 {", "__PILLAR__UPSTREAM__SERVERS__", test.upstream).Replace(own)
			k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{"Corefile": own}}
			told := false
			for _, p := range k.Check(test.judged, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}) {
				told = told || p.Rule == test.rule
				if said := strings.ReplaceAll(p.Message, `"a.sesame"`, ""); strings.Contains(said, "sesame") {
					t.Errorf("it says %s: %s", p.Rule, p.Message)
				}
			}
			if !told {
				t.Errorf("it says nothing of the rule %s", test.rule)
			}
		})
	}
}

// A ConfigMap beside the judged one is not quoted either.
func TestOtherConfigMapsAreNotQuoted(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	repod(&k, 0, func(p *workload.Pod) {
		p.Volumes = append(p.Volumes, workload.Volume{Name: "own", ConfigMap: &workload.ConfigMapSource{Name: extraconfig.CoreDNSName}})
		p.Containers[0].VolumeMounts = append(p.Containers[0].VolumeMounts, workload.VolumeMount{Name: "own", MountPath: "/etc/coredns/own"})
	})
	k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import own/*Corefile\nimport extra-configs/*Corefile\n"}}
	k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"a.Corefile": "a.org SESAME.a.org. {\n}\n"}}
	taken := 0
	for _, text := range []string{"a.org {\n}\n", "sesame.a.org {\n}\n", "sesame.a.org {\n bind 127.0.0.1\n}\n"} {
		for _, p := range k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"Corefile": text}}) {
			if strings.Contains(p.Message, "SESAME") {
				t.Errorf("to %q it says %s", text, p.Message)
			}
			if strings.Contains(p.Message, `already served on line 1 of "coredns-extra-configs/a.Corefile"`) {
				taken++
			}
		}
	}
	if taken != 3 {
		t.Errorf("%d of 3 are told that the zone is taken", taken)
	}
}

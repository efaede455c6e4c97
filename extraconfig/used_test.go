package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestKeysThatServersUseKeepTheirNames is about what reads a key of the ConfigMap, but stands
// elsewhere: a volume, the server's own Corefile, another ConfigMap.
func TestKeysThatServersUseKeepTheirNames(t *testing.T) {
	t.Parallel()
	ours := func(p *workload.Pod) *workload.ConfigMapSource {
		i := slices.IndexFunc(p.Volumes, func(v workload.Volume) bool { return v.ConfigMap != nil && v.ConfigMap.Name == extraconfig.Name })
		return p.Volumes[i].ConfigMap
	}
	for _, test := range []struct {
		name, base, key string
		pod             func(p *workload.Pod)
		renamed         bool
	}{
		{name: "nothing uses it", base: first, key: "hosts", renamed: true},
		{name: "an item of the volume", base: first, key: "shop", pod: func(p *workload.Pod) {
			ours(p).Items = []workload.KeyToPath{{Key: "shop", Path: "shop.Corefile"}}
		}},
		{name: "an item of a projected volume", base: first, key: "shop", pod: func(p *workload.Pod) {
			i := slices.IndexFunc(p.Volumes, func(v workload.Volume) bool { return v.ConfigMap == ours(p) })
			p.Volumes[i] = workload.Volume{Name: p.Volumes[i].Name, Projected: &workload.Projected{Sources: []workload.Source{
				{}, {ConfigMap: &workload.ConfigMapSource{Name: extraconfig.Name, Items: []workload.KeyToPath{{Key: "shop", Path: "shop.Corefile"}}}},
			}}}
		}},
		{name: "another key than the items", base: first, key: "hosts", renamed: true, pod: func(p *workload.Pod) {
			ours(p).Items = []workload.KeyToPath{{Key: "shop", Path: "shop.Corefile"}}
		}},
		{name: "a key that is mounted by itself", base: first, key: "hosts", pod: func(p *workload.Pod) {
			mounts := &p.Containers[0].VolumeMounts
			i := slices.IndexFunc(*mounts, func(m workload.VolumeMount) bool { return m.Name == extraconfig.Name })
			*mounts = append(*mounts, workload.VolumeMount{Name: (*mounts)[i].Name, MountPath: "/etc/hosts.d/hosts", SubPath: "hosts"})
		}},
		{name: "a file of a plugin", base: first + "x.org {\n hosts /etc/coredns/extra-configs/hosts\n}\n", key: "hosts"},
		{name: "a relative path", base: first + "x.org {\n hosts etc/coredns/extra-configs/hosts\n}\n", key: "hosts"},
		{name: "a file elsewhere", base: first + "x.org {\n hosts /etc/coredns/hosts\n}\n", key: "hosts", renamed: true},
		{name: "an import", base: first + "import extra-configs/shop\n", key: "shop"},
		{name: "an import of all", base: "import extra-configs/*\n.:53 {\n}\n", key: "shop"},
		{name: "a comment", base: first + "# import extra-configs/shop\n", key: "shop", renamed: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := onlyCoreDNS(t, test.base)
			if test.pod != nil {
				repod(&k, 0, test.pod)
			}
			_, renames, problems := k.Normalise(extraconfig.Name, extraconfig.ConfigMap{Data: texts{test.key: "log {\n}\n"}})
			if (len(renames) > 0) != test.renamed || len(problems) > 0 {
				t.Errorf("renamed %v, with %v", renames, problems)
			}
		})
	}
}

func TestAKeyThatAnotherConfigMapReadsKeepsItsName(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	repod(&k, 0, func(p *workload.Pod) {
		p.Volumes = append(p.Volumes, workload.Volume{Name: "own", ConfigMap: &workload.ConfigMapSource{Name: extraconfig.CoreDNSName}})
		p.Containers[0].VolumeMounts = append(p.Containers[0].VolumeMounts, workload.VolumeMount{Name: "own", MountPath: "/etc/coredns/own"})
	})
	k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "a.org {\n hosts /etc/coredns/extra-configs/hosts\n}\n"}}
	if _, renames, _ := k.Normalise(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"hosts": "192.0.2.1 a.org\n", "b": ""}}); len(renames) != 1 || renames[0].From != "b" {
		t.Errorf("renamed %v", renames)
	}
}

// TestTextsThatAreNoCorefiles is about keys whose wrong names are fixed, and whose text is then
// no Corefile.
func TestTextsThatAreNoCorefiles(t *testing.T) {
	t.Parallel()
	const remedies = `this text does not begin like a Corefile. Begin it with a server block, such as "example.org {"; if it is no Corefile, name the key "notes.txt"`
	for _, test := range []struct {
		name string
		data texts
		want []string // of what is wrong with the keys as they are written
	}{
		{name: "prose", data: texts{"notes": "Our DNS.\n\nAsk Ms. {Ops} before a change:\n* by mail\n* by phone\n"}, want: []string{"notes: no-corefile " + remedies}},
		{name: "beside a Corefile that is wrong", data: texts{"a.Corefile": "a.org {\n forwrad\n}\n", "notes": "Our\nDNS\n"}, want: []string{
			`a.Corefile: unknown-plugin unknown plugin "forwrad"; did you mean "forward"?`, "notes: no-corefile " + remedies,
		}},
		{name: "a typo", data: texts{"notes": "a.org {\n forwrad\n}\n"}, want: []string{`notes: unknown-plugin unknown plugin "forwrad"; did you mean "forward"?`}},
		{name: "a right name", data: texts{"notes.Corefile": "Our\n"}, want: []string{
			`notes.Corefile: zone-without-block zone "Our" has no block, so CoreDNS reads what follows in another file as one of its plugins. Write "{" after the zone and "}" at the end of its block`,
		}},
		{name: "a name that says that it is a Corefile", data: texts{"notes.corefile": "Our\n"}, want: []string{
			`notes.corefile: zone-without-block zone "Our" has no block, so CoreDNS reads what follows in another file as one of its plugins. Write "{" after the zone and "}" at the end of its block`,
		}},
		{name: "what starts all the same", data: texts{"notes": "{\n}\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range onlyCoreDNS(t, first).CheckAsWritten(extraconfig.Name, extraconfig.ConfigMap{Data: test.data}) {
				if p.Severity == corefile.Error {
					got = append(got, p.File+": "+p.Rule+" "+p.Message)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

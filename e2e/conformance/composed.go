package main

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

//go:embed bases
var embedded embed.FS

// bases returns the servers' own Corefiles that a release starts on.
func bases(r release.Release) ([]cases.Base, error) {
	folder, err := fs.Sub(embedded, "bases")
	if err != nil {
		return nil, err
	}
	all, err := cases.Bases(folder)
	return cases.BasesOf(all, r), err
}

// sources keep what was read of a base, by its text, as the webhook does: the verdict on a
// case must not depend on those before.
var sources sync.Map

// judgeComposed returns what we say about both ConfigMaps of a case. A server starts on
// what it loads of them if there is nothing to say against either.
func judgeComposed(c cases.Case, r release.Release) []corefile.Problem {
	bundle, sibling := extraconfig.ConfigMap{Data: map[string]string{}}, extraconfig.ConfigMap{Data: map[string]string{}}
	for key, text := range c.Files {
		if slices.Contains(c.Sibling, key) {
			sibling.Data[key] = text
		} else {
			bundle.Data[key] = text
		}
	}
	known, _ := sources.LoadOrStore(c.Base.Text, &corefile.Sources{})
	base := extraconfig.ConfigMap{Data: map[string]string{"Corefile": c.Base.Text}}
	k := extraconfig.Cluster{
		Workloads: []workload.Workload{serverOf(r, c.Variables)},
		Services:  map[string]string{"kube-dns-upstream": cases.ClusterDNS},
		Sources:   known.(*corefile.Sources),
	}
	k.ConfigMaps = map[string]extraconfig.ConfigMap{"base": base, extraconfig.CoreDNSName: sibling}
	problems := k.Check(extraconfig.Name, bundle)
	k.ConfigMaps = map[string]extraconfig.ConfigMap{"base": base, extraconfig.Name: bundle}
	return append(problems, k.Check(extraconfig.CoreDNSName, sibling)...)
}

// serverOf returns the workload that loads composed cases from where the real server does.
// Its arguments may have variables in them, which the kubelet replaces.
func serverOf(r release.Release, variables bool) workload.Workload {
	server, version, _ := strings.Cut(r.Name, " ")
	image, file := "coredns:"+version, "Corefile"
	args := []string{"-conf", "/etc/coredns/Corefile"}
	if server == "node-cache" {
		image, file = "k8s-dns-node-cache:"+version, "Corefile.base"
		args = append(args, "-localip", cases.LocalDNS, "-upstreamsvc", "kube-dns-upstream")
	}
	var env []workload.EnvVar
	if variables {
		for i, arg := range args {
			name, from := fmt.Sprintf("ARG_%d", i), 0
			if i%2 == 1 {
				from = len(arg) / 2 // a value may have a variable in it
			}
			env, args[i] = append(env, workload.EnvVar{Name: name, Value: arg[from:]}), arg[:from]+"$("+name+")"
		}
	}
	return workload.New("Deployment", "dns", workload.Pod{
		Containers: []workload.Container{{Image: image, Args: args, Env: env, VolumeMounts: []workload.VolumeMount{
			{Name: "base", MountPath: "/etc/coredns"}, {Name: "bundles", MountPath: cases.Dir},
		}}},
		Volumes: []workload.Volume{
			{Name: "base", ConfigMap: &workload.ConfigMapSource{Name: "base", Items: []workload.KeyToPath{{Key: "Corefile", Path: file}}}},
			{Name: "bundles", Projected: &workload.Projected{Sources: []workload.Source{
				{ConfigMap: &workload.ConfigMapSource{Name: extraconfig.Name}},
				{ConfigMap: &workload.ConfigMapSource{Name: extraconfig.CoreDNSName}},
			}}},
		},
	})
}

package cluster

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestRenamesKeepNothing renames a key of a ConfigMap beside the judged one again and again,
// with a verdict each time. What was read under the former names must not stay.
func TestRenamesKeepNothing(t *testing.T) { //nolint:paralleltest // it measures the heap
	const renames = 2000
	text := strings.Repeat("# a line of a text that is long\n", 300) + "b.example {\n whoami\n}\n"
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Snapshot{Cluster: &extraconfig.Cluster{}}
	rename := func(n int) {
		s = s.update(&Snapshot{Complete: true, Cluster: &extraconfig.Cluster{
			Servers:   []extraconfig.Server{{Workload: Deployment, Release: coreDNS}},
			Workloads: []workload.Workload{mounting("coredns", "dns-extra-configs", "coredns-extra-configs")},
			ConfigMaps: map[string]extraconfig.ConfigMap{
				"coredns":               {Data: map[string]string{"Corefile": "import /coredns-extra-configs/*Corefile\nimport /dns-extra-configs/*Corefile\n"}},
				"coredns-extra-configs": {Data: map[string]string{fmt.Sprintf("%d.Corefile", n): text}},
			},
		}})
		problems := s.Cluster.Check("dns-extra-configs", extraconfig.ConfigMap{Data: map[string]string{"Corefile": "a.example {\n forwrad\n}\n"}})
		if len(problems) != 1 || problems[0].Severity != corefile.Error {
			t.Fatalf("the verdict is %v, want one error", problems)
		}
	}
	rename(0)
	before := heap()
	for n := range renames {
		rename(n)
	}
	if grown := heap() - before; grown > renames*int64(len(text))/10 {
		t.Errorf("the heap has grown by %d kB over %d renames of a key of %d kB", grown>>10, renames, len(text)>>10)
	}
	if now := s.update(&Snapshot{Cluster: s.Cluster}); now != s {
		t.Error("a cluster that has not changed is another one")
	}
	runtime.KeepAlive(s)
}

// mounting returns a CoreDNS with the given ConfigMaps as folders of their names.
func mounting(configMaps ...string) workload.Workload {
	container := workload.Container{Name: "coredns", Image: "registry.example/coredns:v1.15.0", Args: []string{"-conf", "/coredns/Corefile"}}
	pod := workload.Pod{}
	for _, name := range configMaps {
		pod.Volumes = append(pod.Volumes, workload.Volume{Name: name, ConfigMap: &workload.ConfigMapSource{Name: name}})
		container.VolumeMounts = append(container.VolumeMounts, workload.VolumeMount{Name: name, MountPath: "/" + name})
	}
	pod.Containers = []workload.Container{container}
	return workload.New("Deployment", Deployment, pod)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Package status tells what each DNS server of a cluster loads, how far the rollout of it
// is, and what is wrong with it.
package status

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/cluster"
	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
	"corewarden/rollout"
	"corewarden/rollout/plan"
)

// A Status is all there is to tell. Its JSON is documented in docs/doctor.md.
type Status struct {
	Servers  []Server  `json:"servers"`
	Problems []Problem `json:"problems"`
	// Events are the last ones of Corewarden, the newest first.
	Events []Event `json:"events"`
	// Unknown says which ConfigMaps could not be read, and why.
	Unknown map[string]string `json:"unknown,omitempty"`
}

// A Server is one DNS server.
type Server struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Release string `json:"release"`
	// Base is the ConfigMap and key that the server's own Corefile comes from, or "".
	Base  string   `json:"base"`
	Loads []Loaded `json:"loads"`
	// Phase is absent, waiting, rolling, soaking, done or held; the Reason of being held is
	// one word.
	Phase  string `json:"phase"`
	Reason string `json:"reason,omitempty"`
	Why    string `json:"why,omitempty"`
	Remedy string `json:"remedy,omitempty"`
	// Stamp is what the pod template has, and Want what it should have.
	Stamp string `json:"stamp"`
	Want  string `json:"want"`
	// Mounts are the copies, or ConfigMaps, that the pods mount, where they are pinned.
	Mounts []Mounted `json:"mounts,omitempty"`
}

// Mounted is a ConfigMap, and how many pods of a server mount it.
type Mounted struct {
	ConfigMap string `json:"configMap"`
	Pods      int    `json:"pods"`
}

// Loaded is a ConfigMap that a server mounts, and those of its keys that it loads.
type Loaded struct {
	ConfigMap string   `json:"configMap"`
	Keys      []string `json:"keys"`
	// Missing says that there is no such ConfigMap.
	Missing bool `json:"missing,omitempty"`
}

// A Problem is what the webhook would say of a ConfigMap that is stored.
type Problem struct {
	ConfigMap string            `json:"configMap"`
	Key       string            `json:"key"`
	Line      int               `json:"line"`
	Severity  corefile.Severity `json:"severity"`
	Rule      string            `json:"rule"`
	Server    string            `json:"server"`
	Message   string            `json:"message"`
}

// Read reads a cluster in which a Corewarden judges for the servers and rolls out by the
// policy.
func Read(ctx context.Context, c client.Client, servers []extraconfig.Server, policy plan.Policy) (*Status, error) {
	snapshot, err := cluster.Read(ctx, c, servers)
	if err != nil {
		return nil, err
	}
	stages, err := rollout.Look(ctx, c, snapshot, policy, time.Now())
	if err != nil {
		return nil, err
	}
	known := snapshot.Cluster
	events, err := lastEvents(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &Status{Problems: []Problem{}, Events: events, Unknown: known.Unknown}
	unloaded := map[string][]corefile.Problem{} // by ConfigMap
	for _, name := range extraconfig.Bundles() {
		value, found := known.ConfigMaps[name]
		if !found {
			continue
		}
		for _, p := range known.Check(name, value) {
			if p.Rule == extraconfig.RuleNotLoaded {
				unloaded[name] = append(unloaded[name], p)
			}
			s.Problems = append(s.Problems, Problem{name, p.File, p.Line, p.Severity, p.Rule, p.Server, p.Message})
		}
	}
	for _, stage := range stages {
		server := Server{
			Kind: stage.Kind, Name: stage.Name, Loads: []Loaded{},
			Phase: stage.Phase, Reason: stage.Reason, Why: stage.Why, Remedy: stage.Remedy, Stamp: stage.Stamp, Want: stage.Want,
		}
		for _, m := range stage.Mounts {
			server.Mounts = append(server.Mounts, Mounted(m))
		}
		if w, found := cluster.WorkloadOf(known, stage.Name); found {
			server.describe(w, known, unloaded)
		}
		s.Servers = append(s.Servers, server)
	}
	return s, nil
}

// describe says what the server of a workload is and loads.
func (s *Server) describe(w workload.Workload, known *extraconfig.Cluster, unloaded map[string][]corefile.Problem) {
	release, _ := w.Release()
	s.Release = release.Name
	if _, source := w.Corefile(); source != "" {
		if configMap, key, found := w.Volumes().Source(source); found {
			s.Base = fmt.Sprintf("ConfigMap %s, key %s", configMap, key)
		}
	}
	server := extraconfig.Server{Workload: w.Name, Release: release}.String()
	for _, name := range extraconfig.Bundles() {
		if !slices.Contains(w.Volumes().ConfigMaps(), name) {
			continue
		}
		value, found := known.ConfigMaps[name]
		keys := slices.DeleteFunc(value.Corefiles(), func(key string) bool {
			return slices.ContainsFunc(unloaded[name], func(p corefile.Problem) bool {
				return (p.File == "" || p.File == key) && strings.Contains(p.Server, server)
			})
		})
		s.Loads = append(s.Loads, Loaded{ConfigMap: name, Keys: slices.Concat([]string{}, keys), Missing: !found && known.Unknown[name] == ""})
	}
}

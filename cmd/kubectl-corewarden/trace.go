package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"
	"github.com/spf13/cobra"

	"corewarden/cluster"
	"corewarden/corefile/query"
	"corewarden/doctor"
	"corewarden/trace"
)

func newTrace(k *kubeconfig) *cobra.Command {
	var output output
	var from string
	c := &cobra.Command{
		Use:   "trace NAME [TYPE]",
		Short: "Say what the DNS servers do when a pod asks for a name, by what they load, without asking them",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			question, err := questionOf(args)
			if err != nil {
				return err
			}
			o, err := k.options()
			if err != nil {
				return err
			}
			servers, _ := doctor.Settings(c.Context(), o)
			snapshot, err := cluster.Read(c.Context(), o.Client, servers)
			if err != nil {
				return clusterError{err}
			}
			system, err := snapshot.Cluster.DNS()
			if err != nil {
				return clusterError{err}
			}
			entry, err := entryOf(system, from)
			if err != nil {
				return err
			}
			return output.write(c.OutOrStdout(), trace.Trace{Result: system.Ask(entry, question), Asked: entry.Name, Place: place})
		},
	}
	output.bind(c.Flags())
	c.Flags().StringVar(&from, "from", "", "the `server` that the pod asks: coredns or node-local-dns (default: node-local-dns where there is one)")
	return c
}

func questionOf(args []string) (query.Question, error) {
	q := query.Question{Name: dns.Fqdn(args[0]), Type: dns.TypeA}
	if _, valid := dns.IsDomainName(args[0]); !valid || args[0] == "" {
		return q, fmt.Errorf("%q is not a domain name", args[0])
	}
	if len(args) == 2 {
		typ, found := dns.StringToType[strings.ToUpper(args[1])]
		if !found {
			return q, fmt.Errorf("%q is not a type of record. Write for example A, AAAA or TXT", args[1])
		}
		q.Type = typ
	}
	return q, nil
}

// entryOf returns the server of a workload, or the first that a pod may ask where none is named.
func entryOf(system query.System, name string) (*query.Server, error) {
	for _, candidate := range []string{cluster.DaemonSet, cluster.Deployment} {
		i := slices.IndexFunc(system, func(s *query.Server) bool { return s.Name == candidate })
		if i >= 0 && (name == "" || name == candidate) {
			return system[i], nil
		}
	}
	if name == "" {
		name = cluster.Deployment
	}
	return nil, fmt.Errorf("the cluster has no server %s", name)
}

// place returns the ConfigMap and the key of a file.
func place(file string) (path, configMap, key string) {
	configMap, key, found := strings.Cut(file, "/")
	if !found {
		return file, "", ""
	}
	return "", configMap, key
}

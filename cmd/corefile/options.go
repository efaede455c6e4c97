package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

// options are what the command line of check says.
type options struct {
	servers   []extraconfig.Server
	leftOut   []string                 // servers that are not judged for, by the name of their workload
	corefiles map[string]corefile.File // servers' own, by the name of their workload
	keyPolicy extraconfig.KeyPolicy
	output    string
	failOn    string
	color     string
	stdinName string
	bundle    bool
	paths     []string

	coreDNS, nodeLocalDNS string // versions as given
}

func newCheck() *cobra.Command {
	o := options{output: formats[0], failOn: string(corefile.Error), color: colourModes[0]}
	c := &cobra.Command{
		Use:   "check [flags] FILE|FOLDER|-...",
		Short: "Check Corefiles and manifests",
		Long: `Check Corefiles and manifests.

FILE is a Corefile or a manifest (YAML or JSON), or a pattern, in which ** stands for any number
of folders; - is standard input. In a FOLDER and below it, corefile reads all manifests and all
files whose names end in Corefile. It checks manifests together: a Deployment, a DaemonSet or a
server's own Corefile affects the other files.

The exit code is 0 without a problem or with warnings only, 1 with an error, and 2 for wrong
arguments or input that cannot be read.`,
		Example: `  corefile check deploy/dns
  kubectl get deploy,ds,cm,svc -n kube-system -o yaml | corefile check -`,
		RunE: func(c *cobra.Command, args []string) error {
			o.paths = args
			if err := o.resolve(); err != nil {
				return err
			}
			return o.check(c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := c.Flags()
	choose(c, &o.output, "output", "output `format`", formats...)
	choose(c, &o.failOn, "fail-on", "least `severity` that makes the exit code 1", string(corefile.Error), string(corefile.Warning))
	choose(c, &o.color, "color", "`mode` of colouring text", colourModes...)
	flags.StringVar(&o.stdinName, "stdin-name", stdinPath, "the `name` of standard input in the output; .yaml, .yml and .json say that it is a manifest")
	o.clusterFlags(c)
	return c
}

// clusterFlags adds the flags that say what the servers are and load.
func (o *options) clusterFlags(c *cobra.Command) {
	flags := c.Flags()
	releaseFlags(c, &o.coreDNS, &o.nodeLocalDNS,
		"`version` of CoreDNS to check for, or none; for an unknown version, the nearest known one counts (default: the version in a manifest's image, or "+release.NewestCoreDNS+")",
		"`version` of node-cache, the server of node-local-dns, to check for, or head, or none (default: the version in a manifest's image, or "+release.NewestNodeCache+")")
	flags.Func("base", "`coredns=FILE` or node-local-dns=FILE: the server's own Corefile, which imports what is checked; can be given for both", o.addBase)
	flags.TextVar(&o.keyPolicy, "key-policy", extraconfig.NormaliseKeys, "key `policy` of the webhook: with Reject, a wrong key name is an error; with Normalise, a warning")
	complete(c, "key-policy", string(extraconfig.NormaliseKeys), string(extraconfig.RejectKeys))
	flags.BoolVar(&o.bundle, "bundle", false, "check the Corefiles of a folder together, as the keys of one ConfigMap")
}

// resolve works out the rest from what the command line says.
func (o *options) resolve() error {
	if len(o.paths) == 0 {
		return errors.New("nothing to check: name a file, a folder or - for standard input")
	}
	return o.addServers()
}

// addServers has both servers judged for.
func (o *options) addServers() error {
	return errors.Join(
		o.addServer("coredns", o.coreDNS, release.NewestCoreDNS, release.CoreDNS),
		o.addServer("node-local-dns", o.nodeLocalDNS, release.NewestNodeCache, release.NodeCache))
}

// addServer has a server judged for: for a given version, or for the newest where nothing
// tells another.
func (o *options) addServer(workload, version, newest string, find func(string) (release.Release, error)) error {
	if version == "none" {
		o.leftOut = append(o.leftOut, workload)
		return nil
	}
	s := extraconfig.Server{Workload: workload, Fixed: version != ""}
	if !s.Fixed {
		version = newest
	}
	var err error
	if s.Release, err = find(version); err != nil {
		return fmt.Errorf("--%s: %w", workload, err)
	}
	o.servers = append(o.servers, s)
	return nil
}

// addBase reads a server's own Corefile.
func (o *options) addBase(value string) error {
	workload, path, found := strings.Cut(value, "=")
	if !found || workload != "coredns" && workload != "node-local-dns" {
		return errors.New("write coredns=FILE or node-local-dns=FILE")
	}
	text, err := os.ReadFile(path)
	if o.corefiles == nil {
		o.corefiles = map[string]corefile.File{}
	}
	o.corefiles[workload] = corefile.File{Name: path, Text: string(text)}
	return err
}

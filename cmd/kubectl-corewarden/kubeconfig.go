package main

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/client-go/kubernetes/scheme"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // what kubeconfigs of clouds ask for
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/buildinfo"
	"corewarden/doctor"
)

// requestTimeout is for one request, where the kubeconfig or a flag gives none.
const requestTimeout = 15 * time.Second

// A kubeconfig says how to reach a cluster, by the flags that kubectl has for it.
type kubeconfig struct {
	rules     clientcmd.ClientConfigLoadingRules
	overrides clientcmd.ConfigOverrides
}

func (k *kubeconfig) bind(flags *pflag.FlagSet) {
	k.rules = *clientcmd.NewDefaultClientConfigLoadingRules()
	flags.StringVar(&k.rules.ExplicitPath, clientcmd.RecommendedConfigPathFlag, "", "`file` that says how to reach the cluster")
	names := clientcmd.RecommendedConfigOverrideFlags("")
	names.ContextOverrideFlags.Namespace.Description = "Corewarden's namespace (default: what its webhook configurations say)"
	clientcmd.BindOverrideFlags(&k.overrides, flags, names)
}

// options returns how to reach the cluster.
func (k *kubeconfig) options() (doctor.Options, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(&k.rules, &k.overrides).ClientConfig()
	if err != nil {
		return doctor.Options{}, fmt.Errorf("no way to reach a cluster: %w", err)
	}
	if config.Timeout == 0 {
		config.Timeout = requestTimeout
	}
	config.QPS = -1 // the API server has fairness of its own
	config.WarningHandler = rest.NoWarnings{}
	c, err := client.New(config, client.Options{Scheme: scheme.Scheme})
	if err != nil {
		return doctor.Options{}, fmt.Errorf("no way to reach a cluster: %w", err)
	}
	return doctor.Options{Config: config, Client: c, Namespace: k.overrides.Context.Namespace, Version: buildinfo.Read().Version}, nil
}

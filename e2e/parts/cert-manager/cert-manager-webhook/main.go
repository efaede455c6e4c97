// Command cert-manager-webhook is cert-manager's admission webhook. It has its own flags,
// but listens on the loopback address alone, and has neither metrics nor health checks.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"

	"github.com/cert-manager/cert-manager/internal/webhook"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/webhook/admission"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"
	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"
)

func main() {
	ctrl.SetLogger(klog.Background())
	if err := run(ctrl.SetupSignalHandler(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cert-manager-webhook:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	configuration, err := options.NewWebhookConfiguration()
	if err != nil {
		return err
	}
	flags := pflag.NewFlagSet("cert-manager-webhook", pflag.ContinueOnError)
	options.AddConfigFlags(flags, configuration)
	if err := flags.Parse(args); err != nil {
		return err
	}
	// Its Run would listen on every address.
	server, err := webhook.NewCertManagerWebhookServer(logf.Log, *configuration)
	if err != nil {
		return err
	}
	manager, err := ctrl.NewManager(&rest.Config{}, ctrl.Options{
		Scheme:  server.ResourceScheme,
		Metrics: metricsserver.Options{BindAddress: "0"},
		WebhookServer: ctrlwebhook.NewServer(ctrlwebhook.Options{
			Host:    "127.0.0.1",
			Port:    server.ListenAddr,
			TLSOpts: []func(*tls.Config){func(c *tls.Config) { c.GetCertificate = server.CertificateSource.GetCertificate }},
		}),
	})
	if err != nil {
		return err
	}
	if err := manager.Add(server.CertificateSource); err != nil {
		return err
	}
	hooks := manager.GetWebhookServer()
	hooks.Register("/mutate", admission.NewCustomMutationWebhook(server.MutationWebhook))
	hooks.Register("/validate", admission.NewCustomValidationWebhook(manager.GetScheme(), server.ValidationWebhook))
	return manager.Start(ctx)
}

// Package certmanager runs the real cert-manager beside a cluster: its controller,
// cainjector and webhook are processes on this machine, each with no rights but those that
// cert-manager's own chart gives its ServiceAccount.
package certmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/parts"
	"corewarden/e2e/process"
)

const (
	namespace = "cert-manager"
	// The webhook is called by this name, for which it issues itself a certificate.
	webhookHost = "localhost"
	// stopGrace is how long a program may take to end before it is killed.
	stopGrace = 10 * time.Second
)

// A CertManager is installed in a cluster.
type CertManager struct {
	// Controller issues certificates, CAInjector writes CAs into webhook configurations,
	// and Webhook admits cert-manager's own objects.
	Controller, CAInjector, Webhook *process.Process
}

// Install installs what cert-manager's chart has, except for its pods, starts its three
// programs, and returns when a Certificate can be created.
func Install(ctx context.Context, cluster *controlplane.Cluster, progress io.Writer) (*CertManager, error) {
	binaries, err := parts.Build(ctx, progress, parts.CAInjector, parts.CertManagerController, parts.CertManagerWebhook, parts.Helm)
	if err != nil {
		return nil, err
	}
	addresses, err := controlplane.FreeAddresses(1)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addresses[0])
	if err != nil {
		return nil, err
	}
	objects, err := chart(ctx, binaries[parts.Helm], net.JoinHostPort(webhookHost, port))
	if err != nil {
		return nil, err
	}
	if err := apply(ctx, cluster, objects); err != nil {
		return nil, err
	}

	m := &CertManager{}
	for _, program := range []struct {
		process **process.Process
		part    parts.Part
		account string
		args    []string
		ready   func(context.Context) error
	}{
		{&m.Controller, parts.CertManagerController, "cert-manager", nil, started},
		{&m.CAInjector, parts.CAInjector, "cert-manager-cainjector", nil, started},
		{&m.Webhook, parts.CertManagerWebhook, "cert-manager-webhook", []string{
			"--secure-port=" + port,
			"--dynamic-serving-ca-secret-namespace=" + namespace,
			"--dynamic-serving-ca-secret-name=cert-manager-webhook-ca",
			"--dynamic-serving-dns-names=" + webhookHost,
		}, listens(addresses[0])},
	} {
		kubeconfig, err := cluster.ServiceAccountKubeconfig(ctx, namespace, program.account)
		if err != nil {
			return nil, errors.Join(err, m.Stop())
		}
		*program.process = process.New(process.Program{
			Name:  string(program.part),
			Path:  binaries[program.part],
			Args:  append(program.args, "--kubeconfig="+kubeconfig),
			Dir:   cluster.Dir(),
			Log:   filepath.Join(cluster.Dir(), string(program.part)+".log"),
			Ready: program.ready,
			Grace: stopGrace,
		})
		if err := (*program.process).Start(ctx); err != nil {
			return nil, errors.Join(err, m.Stop())
		}
	}
	if err := m.ready(ctx, cluster); err != nil {
		return nil, errors.Join(err, m.Stop())
	}
	return m, nil
}

// Stop ends the three programs.
func (m *CertManager) Stop() error {
	var errs []error
	for _, p := range []*process.Process{m.Controller, m.CAInjector, m.Webhook} {
		if p != nil {
			errs = append(errs, p.Stop())
		}
	}
	return errors.Join(errs...)
}

// chart renders cert-manager's chart. The API server is to call the webhook at the address.
func chart(ctx context.Context, helm, webhook string) ([]unstructured.Unstructured, error) {
	source, err := parts.Source(ctx, parts.CertManagerController)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, helm, "template", "cert-manager", filepath.Join(source, "deploy", "charts", "cert-manager"),
		"--namespace="+namespace, "--set", "crds.enabled=true,startupapicheck.enabled=false,webhook.url.host="+webhook).Output()
	if err != nil {
		return nil, fmt.Errorf("helm template of cert-manager's chart: %w", err)
	}
	return corewarden.Decode(string(out))
}

// apply applies the objects that are no pods, CRDs first, and waits until those are known.
func apply(ctx context.Context, cluster *controlplane.Cluster, objects []unstructured.Unstructured) error {
	if _, err := cluster.Kubectl(ctx, "create", "namespace", namespace); err != nil {
		return err
	}
	var crds, others []unstructured.Unstructured
	for _, object := range objects {
		switch object.GetKind() {
		case "Deployment":
		case "CustomResourceDefinition":
			crds = append(crds, object)
		default:
			others = append(others, object)
		}
	}
	for _, objects := range [][]unstructured.Unstructured{crds, others} {
		list, err := corewarden.Encode(objects)
		if err != nil {
			return err
		}
		if _, err := cluster.KubectlInput(ctx, list, "apply", "--server-side", "--filename=-"); err != nil {
			return err
		}
	}
	return await(ctx, "cert-manager's CRDs to be established", func() error {
		_, err := cluster.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout=30s",
			"crd/certificates.cert-manager.io", "crd/issuers.cert-manager.io")
		return err
	})
}

// issuer is an object that cert-manager's webhook is asked about.
const issuer = `{"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "probe", "namespace": "cert-manager"}, "spec": {"selfSigned": {}}}`

// ready waits until the API server trusts cert-manager's webhook: that needs the webhook,
// which makes itself a CA, and the cainjector, which writes it into the configuration.
func (m *CertManager) ready(ctx context.Context, cluster *controlplane.Cluster) error {
	return await(ctx, "cert-manager's webhook to be asked", func() error {
		_, err := cluster.KubectlInput(ctx, issuer, "create", "--dry-run=server", "--filename=-")
		return err
	})
}

// started is for programs that say of themselves only that they run.
func started(context.Context) error { return nil }

// listens tells when a program takes connections.
func listens(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// await looks until look returns no error, for a minute.
func await(ctx context.Context, what string, look func() error) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		last = look()
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("waiting for %s: %w (last: %w)", what, err, last)
	}
	return nil
}

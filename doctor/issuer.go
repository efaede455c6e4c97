package doctor

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/version"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// injectAnnotation tells cert-manager's cainjector to fill caBundle.
	injectAnnotation = "cert-manager.io/inject-ca-from"
	// oldestCertManager is the first release that keeps the old CA beside the new one in
	// caBundle by default.
	oldestCertManager = "1.19"
	// selfSigner is the Deployment of deploy/self-signed.
	selfSigner = "corewarden-certs"
)

var issuerWorks = check{
	id:    "issuer",
	title: "what issues the certificates runs",
	look: func(ctx context.Context, i *installation) outcome {
		switch {
		case i.usesCertManager():
			return i.certManager(ctx)
		case i.selfSigns():
			if i.issuer.value.Status.ReadyReplicas == 0 {
				return failed(fmt.Sprintf("no pod of Deployment %s/%s runs: nothing is renewed", i.Namespace, selfSigner),
					fmt.Sprintf("kubectl describe deployment %s --namespace=%s", selfSigner, i.Namespace))
			}
			return fine(selfSigner)
		}
		return fine("none: by hand")
	},
}

// certManager looks whether cert-manager is there, and new enough.
func (i *installation) certManager(ctx context.Context) outcome {
	var injectors appsv1.DeploymentList
	if err := i.Client.List(ctx, &injectors, client.MatchingLabels{"app.kubernetes.io/name": "cainjector"}); err != nil {
		return unreadable("the Deployments of cert-manager", err, outcome{})
	}
	if len(injectors.Items) == 0 {
		return failed("the webhook configurations wait for cert-manager's cainjector, and no Deployment has its labels",
			"install cert-manager "+oldestCertManager+" or newer, or another overlay than deploy/cert-manager")
	}
	found := versionOf(injectors.Items[0])
	v, err := version.ParseGeneric(found)
	if err != nil {
		return skipped("Deployment %s/%s does not tell its version", injectors.Items[0].Namespace, injectors.Items[0].Name)
	}
	out := fine("cert-manager %s", found)
	if v.LessThan(version.MustParseGeneric(oldestCertManager)) {
		out.warn("this cert-manager takes the old CA away at once: writes are refused for up to 2 minutes when the CA changes",
			"upgrade cert-manager to "+oldestCertManager+" or newer")
	}
	return out
}

func (i *installation) usesCertManager() bool {
	return i.mutating.err == nil && i.mutating.value.Annotations[injectAnnotation] != "" ||
		i.validating.err == nil && i.validating.value.Annotations[injectAnnotation] != ""
}

func (i *installation) selfSigns() bool { return i.issuer.err == nil }

// versionOf returns the version that a Deployment has as a label, or that its image has as a tag.
func versionOf(d appsv1.Deployment) string {
	if v := d.Labels["app.kubernetes.io/version"]; v != "" {
		return v
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		image, _, _ := strings.Cut(c.Image, "@")
		if _, tag, found := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":"); found {
			return tag
		}
	}
	return ""
}

// issuerLogs says where to look why a certificate or a CA is not what it should be, or "" where
// nothing but people issue them.
func (i *installation) issuerLogs() string {
	switch {
	case i.usesCertManager():
		return "look what keeps cert-manager from it: kubectl describe certificates --namespace=" + i.Namespace
	case i.selfSigns():
		return fmt.Sprintf("look what keeps %s from it: kubectl logs deployment/%s --namespace=%s", selfSigner, selfSigner, i.Namespace)
	}
	return ""
}

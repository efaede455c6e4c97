package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"corewarden/deploy"
)

// shipped is what this version installs, as far as a cluster is compared with it.
type shipped struct {
	mutating   admissionregistrationv1.MutatingWebhookConfiguration
	validating admissionregistrationv1.ValidatingWebhookConfiguration
	deployment appsv1.Deployment
	service    corev1.Service
	roles      []rbacv1.Role
}

// readShipped reads the manifests in the program. They are part of it, so a fault in them is
// a fault in it.
func readShipped() shipped {
	var s shipped
	for _, file := range []string{"webhooks", "deployment", "service", "rbac"} {
		text, err := deploy.Base.ReadFile("base/" + file + ".yaml")
		if err == nil {
			err = s.decode(text)
		}
		if err != nil {
			panic(fmt.Sprintf("deploy/base/%s.yaml: %v", file, err))
		}
	}
	return s
}

func (s *shipped) decode(text []byte) error {
	for documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var raw rawObject
		switch err := documents.Decode(&raw); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		var role rbacv1.Role
		into := map[string]any{
			"MutatingWebhookConfiguration":   &s.mutating,
			"ValidatingWebhookConfiguration": &s.validating,
			"Deployment":                     &s.deployment,
			"Service":                        &s.service,
			"Role":                           &role,
		}[raw.kind]
		if into == nil {
			continue
		}
		if err := yaml.Unmarshal(raw.text, into); err != nil {
			return err
		}
		if raw.kind == "Role" {
			s.roles = append(s.roles, role)
		}
	}
}

// A rawObject is a document of a manifest of which only the kind is known.
type rawObject struct {
	kind string
	text []byte
}

// UnmarshalJSON keeps the text.
func (r *rawObject) UnmarshalJSON(text []byte) error {
	var meta struct{ Kind string }
	err := yaml.Unmarshal(text, &meta)
	r.kind, r.text = meta.Kind, bytes.Clone(text)
	return err
}

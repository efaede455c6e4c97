package doctor

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"

	jsonpatch "github.com/evanphx/json-patch/v5"
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
	policies   []admissionregistrationv1.ValidatingAdmissionPolicy
}

// readShipped reads the manifests in the program, those of deploy/pinned included if they are
// asked for. They are part of it, so a fault in them is a fault in it.
func readShipped(pinned bool) shipped {
	var s shipped
	objects := readObjects(deploy.Base, "base/webhooks", "base/deployment", "base/service", "base/rbac", "base/admission-policy")
	if pinned {
		objects = append(objects, readObjects(deploy.Pinned, "pinned/rbac", "pinned/admission-policy")...)
		must("deploy/pinned", patch(objects, readObjects(deploy.Pinned, "pinned/kustomization")[0]))
	}
	for _, object := range objects {
		must("deploy", s.decode(object))
	}
	return s
}

func readObjects(files embed.FS, names ...string) []*rawObject {
	var objects []*rawObject
	for _, name := range names {
		text, err := files.ReadFile(name + ".yaml")
		must(name, err)
		for documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
			object := &rawObject{}
			err := documents.Decode(object)
			if errors.Is(err, io.EOF) {
				break
			}
			must(name, err)
			objects = append(objects, object)
		}
	}
	return objects
}

func must(what string, err error) {
	if err != nil {
		panic(fmt.Sprintf("%s: %v", what, err))
	}
}

// patch does to objects what a kustomization says.
func patch(objects []*rawObject, kustomization *rawObject) error {
	var k struct {
		Patches []struct {
			Target struct{ Kind, Name string }
			Patch  string
		}
	}
	if err := yaml.Unmarshal(kustomization.text, &k); err != nil {
		return err
	}
	for _, p := range k.Patches {
		text, err := yaml.ToJSON([]byte(p.Patch))
		if err != nil {
			return err
		}
		operations, err := jsonpatch.DecodePatch(text)
		if err != nil {
			return err
		}
		for _, object := range objects {
			if object.kind != p.Target.Kind || object.name != p.Target.Name {
				continue
			}
			if object.text, err = operations.Apply(object.text); err != nil {
				return fmt.Errorf("%s %s: %w", object.kind, object.name, err)
			}
		}
	}
	return nil
}

func (s *shipped) decode(object *rawObject) error {
	var role rbacv1.Role
	var policy admissionregistrationv1.ValidatingAdmissionPolicy
	into := map[string]any{
		"MutatingWebhookConfiguration":   &s.mutating,
		"ValidatingWebhookConfiguration": &s.validating,
		"Deployment":                     &s.deployment,
		"Service":                        &s.service,
		"Role":                           &role,
		"ValidatingAdmissionPolicy":      &policy,
	}[object.kind]
	if into == nil {
		return nil
	}
	if err := yaml.Unmarshal(object.text, into); err != nil {
		return err
	}
	switch into {
	case &role:
		s.roles = append(s.roles, role)
	case &policy:
		s.policies = append(s.policies, policy)
	}
	return nil
}

// A rawObject is a document of a manifest of which only the kind and the name are known.
type rawObject struct {
	kind, name string
	text       []byte
}

// UnmarshalJSON keeps the text.
func (r *rawObject) UnmarshalJSON(text []byte) error {
	var meta struct {
		Kind     string
		Metadata struct{ Name string }
	}
	err := yaml.Unmarshal(text, &meta)
	r.kind, r.name, r.text = meta.Kind, meta.Metadata.Name, bytes.Clone(text)
	return err
}

package doctor

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/util/version"
)

// oldestKubernetes is the first release whose API server knows all that the manifests use:
// match conditions of webhooks, and the sleep before a container ends.
const oldestKubernetes = "1.30"

var kubernetesVersion = check{
	id:    "kubernetes",
	title: "the API server answers and is of Kubernetes " + oldestKubernetes + " or newer",
	look: func(_ context.Context, i *installation) outcome {
		if i.version.err != nil {
			return failed(fmt.Sprintf("the API server does not answer: %v", i.version.err), "kubectl version")
		}
		v, err := version.ParseGeneric(i.version.value)
		if err != nil {
			return skipped("the API server calls its version %q", i.version.value)
		}
		if v.LessThan(version.MustParseGeneric(oldestKubernetes)) {
			return failed(
				fmt.Sprintf("it is %s, which leaves out what the manifests need", i.version.value),
				"upgrade the cluster to Kubernetes "+oldestKubernetes+" or newer")
		}
		return outcome{}
	},
}

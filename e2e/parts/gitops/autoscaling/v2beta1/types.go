// Package v2beta1 names types of autoscaling/v2 as Kubernetes named them before v1.26.
// gitops-engine looks at their conditions alone.
package v2beta1

import (
	v2 "k8s.io/api/autoscaling/v2"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// SchemeGroupVersion is the version that objects have.
var SchemeGroupVersion = schema.GroupVersion{Group: v2.GroupName, Version: "v2beta1"}

// HorizontalPodAutoscaler has its conditions where v2 has them.
type HorizontalPodAutoscaler = v2.HorizontalPodAutoscaler

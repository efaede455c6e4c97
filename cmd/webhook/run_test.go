package main

import (
	"io"
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// What comes between the deletion of a pod and its end has to fit into its grace period.
func TestPodHasTheTimeToEnd(t *testing.T) { //nolint:paralleltest // controller-runtime keeps the flag kubeconfig in a variable of its own
	text, err := os.ReadFile("../../deploy/base/deployment.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var deployment appsv1.Deployment
	if err := yaml.UnmarshalStrict(text, &deployment); err != nil {
		t.Fatal(err)
	}
	pod := deployment.Spec.Template.Spec
	o, err := parseOptions(pod.Containers[0].Args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	preStop := time.Duration(pod.Containers[0].Lifecycle.PreStop.Sleep.Seconds) * time.Second
	takes, has := preStop+o.shutdownDelay+stopTime, time.Duration(*pod.TerminationGracePeriodSeconds)*time.Second
	if takes > has {
		t.Errorf("a pod has %s to end, and may take %s: %s of preStop, %s of drain and %s", has, takes, preStop, o.shutdownDelay, stopTime)
	}
}

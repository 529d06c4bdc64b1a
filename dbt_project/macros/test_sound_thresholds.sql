{#- Every line of the thresholds can be judged by; see `threshold_faults`. -#}
{% test sound_thresholds(model) %}
    {{ threshold_faults(model) }}
{% endtest %}

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "domain.practice"
    label = "practice"
    verbose_name = "Practice"

    def ready(self) -> None:
        from domain.jobs import work
        from domain.jobs.models import JobKind
        from domain.practice.rescheduling import run_rescheduling

        work.register(JobKind.RESCHEDULE, run_rescheduling)
